import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Registry } from '../controllers/registry.ts';
import { parameterMeta } from '../controllers/parameters.ts';
import { isJson } from './json-schema/json.ts';
import type { Json } from './json-schema/json.ts';
import { scenarioJsonSchema } from './json-schema.ts';
import { layerSchema } from './layers.ts';

const FILE = fileURLToPath(new URL('scenario.schema.json', import.meta.url));
const SCENARIOS = fileURLToPath(new URL('../../scenarios/', import.meta.url));
const REGISTRY = new Registry();
const SCHEMA = scenarioJsonSchema(REGISTRY);
const DEFINITIONS = SCHEMA['$defs'] as Record<string, Json>;

/** Every part of a schema that is one itself, and where. */
function* partsOf(schema: unknown, path = '#'): Generator<readonly [string, Json]> {
  if (!isJson(schema)) return;
  yield [path, schema];
  for (const [key, value] of Object.entries(schema)) {
    if (['default', 'examples', 'const', 'enum', 'required'].includes(key)) continue;
    const children = Array.isArray(value) ? value.entries() : [[undefined, value] as const];
    for (const [i, child] of children) yield* partsOf(child, `${path}/${key}${i === undefined ? '' : `/${i}`}`);
  }
}

describe('the JSON Schema of scenario files', () => {
  it('is the one that is kept beside this test (`npm run schema` writes it anew)', async () => {
    await expect(`${JSON.stringify(SCHEMA, null, 2)}\n`).toMatchFileSnapshot(FILE);
  });

  it('is where the scenarios say it is', () => {
    for (const name of readdirSync(SCENARIOS).filter((file) => file.endsWith('.yaml'))) {
      const text = readFileSync(`${SCENARIOS}${name}`, 'utf8');
      const [, reference] = /^# yaml-language-server: \$schema=(.*)$/m.exec(text) ?? [];
      expect(fileURLToPath(new URL(reference, `file://${SCENARIOS}`)), name).toBe(FILE);
    }
  });

  it('refers to nothing that is not in it, and has nothing that is not referred to', () => {
    const references = [...partsOf(SCHEMA)].flatMap(([, { $ref }]) => (typeof $ref === 'string' ? [$ref] : []));
    const names = new Set(references.map((reference) => reference.replace(/^#\/\$defs\//, '')));
    expect([...names].toSorted()).toEqual(Object.keys(DEFINITIONS).toSorted());
  });

  it('knows every policy of every kind, with its parameters and no others', () => {
    for (const kind of REGISTRY.kinds.values()) {
      for (const policy of kind.policies) {
        const { properties, additionalProperties } = DEFINITIONS[`${kind.name}.${policy.name}`];
        const fields = Object.keys(layerSchema(kind, policy).shape);
        expect(Object.keys(properties as object).toSorted(), policy.name).toEqual(fields.toSorted());
        expect(additionalProperties).toBe(false);
      }
    }
  });

  it('says of every parameter what it means, its default and its source', () => {
    for (const kind of REGISTRY.kinds.values()) {
      for (const policy of kind.policies) {
        for (const [name, schema] of Object.entries(policy.parameters)) {
          const meta = parameterMeta(schema as never);
          if (meta === undefined) continue;
          const properties = DEFINITIONS[`${kind.name}.${policy.name}`]['properties'] as Record<string, Json>;
          const { description, default: preset } = properties[name];
          expect(description, `${policy.name}.${name}`).toContain(meta.about);
          expect(preset).toEqual(meta.default);
          if (meta.default !== undefined)
            expect(description).toContain(`Default: ${String(meta.default).replaceAll(',', ', ')}`);
          if (meta.source !== undefined) expect(description).toContain(meta.source);
        }
      }
    }
  });

  it('describes every field that belongs to no kind', () => {
    const bare = [...partsOf(SCHEMA)]
      .filter(([path]) => /\/properties\/[^/]+$/.test(path) && !/\/(if|then|not)\/|\/\$defs\/\w+\.\w+/.test(path))
      .filter(([, part]) => part['description'] === undefined && part['$ref'] === undefined)
      .map(([path]) => path);
    expect(bare).toEqual([]);
  });

  it('has a place for the controllers of a plugin', () => {
    const policy = { ...REGISTRY.policy('rateLimiter', 'tokenBucket')!, name: 'mine' };
    const kind = { ...REGISTRY.kinds.get('retry')!, name: 'layer', policies: [policy], defaultPolicy: 'mine' };
    const schema = scenarioJsonSchema(new Registry([{ kinds: [kind], policies: [{ kind: 'rateLimiter', policy }] }]));
    const definitions = schema['$defs'] as Record<string, Json>;
    expect(Object.keys(definitions)).toEqual(
      expect.arrayContaining(['layer', 'kind.layer', 'layer.mine', 'rateLimiter.mine']),
    );
    const { properties } = definitions['layer'] as { properties: Record<string, Json> };
    expect(properties['kind']['enum']).toContain('layer');
  });
});
