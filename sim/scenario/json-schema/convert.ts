import { z } from 'zod';
import { parameterMeta } from '../../controllers/parameters.ts';
import { quantityOf } from '../distribution-schema.ts';
import {
  designSchema,
  expectSchema,
  FAULT_ACTS,
  faultSchema,
  metricsSchema,
  nameSchema,
  serviceSchema,
  writtenAutoscaler,
  writtenLayer,
} from '../schema.ts';
import type { Json } from './json.ts';
import { tidy } from './json.ts';
import { parameterJson } from './parameter.ts';

/** Schemas that are written once, and what they are called. */
const NAMED = new Map<z.ZodType, string>([
  [nameSchema, 'name'],
  [metricsSchema, 'metrics'],
  [writtenLayer, 'layer'],
  [writtenAutoscaler, 'autoscaler'],
]);

/** What a schema's own checks demand beyond its fields. */
const RELATIONS = new Map<z.ZodType, Json>([
  [serviceSchema, { oneOf: [{ required: ['serviceTime'] }, { required: ['demand'] }], ...not('serviceTime', 'noise') }],
  [
    faultSchema,
    { allOf: [{ oneOf: [present('at'), present('every', 'for')] }, { oneOf: FAULT_ACTS.map((act) => present(act)) }] },
  ],
  [designSchema, not('only', 'without')],
]);

const FIGURE = '[A-Za-z_][\\w.\\-[\\]]*';

/** Fields whose text has a form of its own. */
const FORMS = new Map<z.ZodType, Json>([
  [
    expectSchema.shape.that,
    {
      pattern: `^\\s*${FIGURE}\\s*(>=|<=|==|!=|>|<)\\s*[\\d.+-].*$`,
      examples: ['killed.total >= 1%', 'latencyMs.p99 < 250ms'],
    },
  ],
]);

function present(...fields: string[]): Json {
  return { required: fields };
}

function not(...fields: string[]): Json {
  return { not: { required: fields } };
}

/** The JSON Schema of what people write where `schema` reads. */
export function toJson(schema: z.ZodType): Json {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const part = zodSchema as unknown as z.ZodType;
      // The schema itself is written out; what is named is referred to inside of others only.
      if (part !== schema) refer(part, jsonSchema);
      describe(part, jsonSchema);
    },
  }) as Json;
  tidy(json);
  return json;
}

function refer(schema: z.ZodType, json: Json): void {
  const quantity = quantityOf(schema);
  const name = quantity === undefined ? NAMED.get(schema) : `${quantity.name}Distribution`;
  if (name === undefined) return;
  const { description } = json;
  replace(json, { ...(quantity === undefined ? {} : { description }), $ref: `#/$defs/${name}` });
}

function describe(schema: z.ZodType, json: Json): void {
  const meta = parameterMeta(schema);
  if (meta !== undefined) replace(json, parameterJson(meta, { ...json }));
  Object.assign(json, RELATIONS.get(schema), FORMS.get(schema));
}

function replace(json: Json, by: Json): void {
  for (const key of Object.keys(json)) delete json[key];
  Object.assign(json, by);
}
