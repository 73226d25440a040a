import type { z } from 'zod';
import type { AnyPolicyDefinition, ControllerKind } from '../controllers/kind.ts';
import type { Registry } from '../controllers/registry.ts';
import { DURATIONS, FACTORS, familySchema } from './distribution-schema.ts';
import type { Quantity } from './distribution-schema.ts';
import { toJson } from './json-schema/convert.ts';
import { when } from './json-schema/json.ts';
import type { Json } from './json-schema/json.ts';
import { UNITS } from './json-schema/parameter.ts';
import { hoistRequired } from './json-schema/required.ts';
import { layerSchema } from './layers.ts';
import { RESERVED_NAMES } from './scenario.ts';
import { LAYER_PARAMETERS, metricsSchema, nameSchema, PATH_PARAMETERS, scenarioSchema } from './schema.ts';

/**
 * The JSON Schema (draft 2020-12) of a scenario file, for editors: every field and every parameter of every policy of
 * the registry, with its meaning, default and source. It takes whatever the reader takes, and refuses what a schema can
 * refuse; names that refer to others, and relations between values, only the reader checks.
 */
export function scenarioJsonSchema(registry: Registry): Json {
  const scenario = toJson(scenarioSchema);
  const complete = hoistRequired(scenario);
  const { properties } = scenario as { properties: Record<string, Json> };
  properties['designs']['propertyNames'] = { $ref: '#/$defs/name', not: { enum: [...RESERVED_NAMES] } };
  const kinds = [...registry.kinds.values()];
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'overcontrol scenario',
    description: 'A world, the control design over it, other designs to compare with, and what must hold.',
    ...scenario,
    ...when({ not: { required: ['extends'] } }, complete),
    $defs: {
      name: toJson(nameSchema),
      ...UNITS,
      durationDistribution: distributionJson(DURATIONS),
      factorDistribution: distributionJson(FACTORS),
      metrics: toJson(metricsSchema),
      layer: placeJson(kinds, 'path', 'A layer of a stack: its kind, its policy, and their parameters.'),
      autoscaler: placeJson(kinds, 'beside', 'A controller beside the path.'),
      ...Object.assign({}, ...kinds.map(kindJson)),
    },
  };
}

function distributionJson(quantity: Quantity): Json {
  const family = toJson(familySchema(quantity));
  return {
    description: `A ${quantity.name} such as ${quantity.example}, or a distribution of them: one family with its parameters.`,
    anyOf: [toJson(quantity.value('')), { ...family, minProperties: 1, maxProperties: 1 }],
    examples: EXAMPLES[quantity.name],
  };
}

const EXAMPLES: Readonly<Record<Quantity['name'], readonly unknown[]>> = {
  duration: ['80ms', { exponential: '80ms' }, { lognormal: { mean: '80ms', p99: '400ms' } }],
  factor: [1.5, { uniform: { min: 1, max: 2 } }],
};

/** Fields of a layer that belong to no kind or policy. */
const COMMON: Readonly<Record<ControllerKind['place'], readonly string[]>> = {
  path: ['name', 'kind', 'policy', ...Object.keys({ ...LAYER_PARAMETERS, ...PATH_PARAMETERS }), 'source', 'metrics'],
  beside: ['name', 'kind', 'policy', ...Object.keys(LAYER_PARAMETERS), 'source', 'metrics'],
};

/** Every layer of one place: on the path of the requests, or beside it. */
function placeJson(kinds: readonly ControllerKind[], place: ControllerKind['place'], description: string): Json {
  const fitting = kinds.filter((kind) => kind.place === place);
  const [first] = fitting;
  const common = propertiesOf(layerSchema(first, first.policies[0]), (key) => COMMON[place].includes(key));
  common['kind'] = {
    description: `What it is. ${fitting.map(({ name, about }) => `\`${name}\`: ${about}`).join(' ')}`,
    enum: fitting.map(({ name }) => name),
  };
  common['policy'] = { description: 'The rule by which it decides.', type: 'string' };
  return {
    description,
    type: 'object',
    properties: common,
    required: ['name', 'kind'],
    not: { required: ['source', 'metrics'], properties: { source: { const: 'own' } } },
    allOf: fitting.map(({ name }) =>
      when({ required: ['kind'], properties: { kind: { const: name } } }, { $ref: `#/$defs/kind.${name}` }),
    ),
  };
}

/** A kind with the parameters of all its policies alike, and a schema for each of its policies. */
function kindJson(kind: ControllerKind): Record<string, Json> {
  const { name, about, policies, defaultPolicy } = kind;
  const shared = sharedKeys(kind);
  const policy = {
    description: `The rule by which it decides. Default: ${defaultPolicy}.`,
    enum: policies.map((one) => one.name),
    default: defaultPolicy,
  };
  return {
    [`kind.${name}`]: {
      description: about,
      properties: { policy, ...propertiesOf(layerSchema(kind, policies[0]), (key) => shared.includes(key)) },
      allOf: policies.map((one) => {
        // Without `policy` the default is meant.
        const named = one.name === defaultPolicy ? {} : { required: ['policy'] };
        return when({ ...named, properties: { policy: { const: one.name } } }, { $ref: `#/$defs/${name}.${one.name}` });
      }),
    },
    ...Object.fromEntries(policies.map((one) => [`${name}.${one.name}`, policyJson(kind, one, shared)])),
  };
}

/** Parameters of the kind that no policy has an own version of. */
function sharedKeys({ parameters, policies }: ControllerKind): string[] {
  return Object.keys(parameters).filter((key) => policies.every((policy) => !Object.hasOwn(policy.parameters, key)));
}

/** A policy's own parameters; what it shares with others is known, and judged where it is described. */
function policyJson(kind: ControllerKind, policy: AnyPolicyDefinition, shared: readonly string[]): Json {
  const schema = layerSchema(kind, policy);
  const known = [...COMMON[kind.place], ...shared].filter((key) => !Object.hasOwn(policy.parameters, key));
  const isOwn = (key: string): boolean => !known.includes(key);
  const required = (toJson(schema)['required'] as string[]).filter(isOwn);
  return {
    description: policy.product === undefined ? policy.about : `${policy.about} (${policy.product})`,
    properties: { ...Object.fromEntries(known.map((key) => [key, true])), ...propertiesOf(schema, isOwn) },
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
}

function propertiesOf(schema: z.ZodType, pick: (key: string) => boolean): Record<string, Json> {
  const properties = toJson(schema)['properties'] as Record<string, Json>;
  return Object.fromEntries(Object.entries(properties).filter(([key]) => pick(key)));
}
