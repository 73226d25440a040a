import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { parameterMeta } from '../../parameters.ts';
import { DEFAULT_RETRY_POLICY, RETRY_POLICIES } from './index.ts';
import { resolve } from './testing/resolve.ts';

/** What a policy has no default for. */
const NEEDED: Readonly<Record<string, Record<string, unknown>>> = {
  grpc: {
    maxAttempts: 4,
    initialBackoff: '100ms',
    maxBackoff: '1s',
    backoffMultiplier: 2,
    retryableStatusCodes: ['UNAVAILABLE'],
  },
  grpcHedging: { maxAttempts: 4 },
};

/** The schemas of single parameters, those inside objects, lists and alternatives too. */
function leaves(schema: z.ZodType, path: string): [string, z.ZodType][] {
  if (parameterMeta(schema) !== undefined) return [[path, schema]];
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodPrefault)
    return leaves(schema.unwrap() as z.ZodType, path);
  if (schema instanceof z.ZodArray) return leaves(schema.element as z.ZodType, `${path}[]`);
  if (schema instanceof z.ZodDiscriminatedUnion) {
    return schema.options.flatMap((option) => leaves(option as unknown as z.ZodType, path));
  }
  if (schema instanceof z.ZodObject) {
    return Object.entries(schema.shape).flatMap(([name, inner]) => leaves(inner as z.ZodType, `${path}.${name}`));
  }
  return [[path, schema]];
}

describe('retry policies', () => {
  test('have names of their own', () => {
    const names = RETRY_POLICIES.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain(DEFAULT_RETRY_POLICY.name);
  });

  test.each(RETRY_POLICIES.map((definition) => [definition.name, definition] as const))(
    '%s resolves with its defaults to a policy that holds together',
    (name, definition) => {
      const policy = resolve(definition, NEEDED[name]);
      expect(policy.tries).toBeGreaterThanOrEqual(1);
      expect(policy.perTryTimeout).toBeGreaterThan(0);
      expect(policy.timeout).toBeGreaterThan(0);
      expect(policy.hostSelectionMaxAttempts).toBeGreaterThanOrEqual(1);
      // Something must end the retries of one call.
      expect(policy.tries === Infinity && policy.budget === null).toBe(false);
      if (policy.hedge !== null) expect(policy.hedge.max).toBeLessThan(policy.tries);
      if (policy.budget !== null) expect(policy.budget()).not.toBe(policy.budget());
    },
  );

  test.each(RETRY_POLICIES.map((definition) => [definition.name, definition] as const))(
    '%s says what it is, where it comes from and what it gets wrong',
    (_name, definition) => {
      expect(definition.about).toMatch(/\.$/);
      expect(definition.sources.length).toBeGreaterThan(0);
      expect(definition.knownToGetWrong.length).toBeGreaterThan(0);
    },
  );

  test.each(RETRY_POLICIES.map((definition) => [definition.name, definition] as const))(
    '%s documents each parameter, and each default has its source',
    (_name, definition) => {
      for (const [name, schema] of Object.entries(definition.parameters)) {
        for (const [path, leaf] of leaves(schema as z.ZodType, name)) {
          const doc = parameterMeta(leaf);
          if (doc === undefined) expect(leaf instanceof z.ZodLiteral || path.endsWith('[]'), path).toBe(true);
          if (doc?.default !== undefined) expect(doc.source, path).toBeDefined();
        }
        if (parameterMeta(schema as z.ZodType) === undefined) {
          expect((schema as z.ZodType).meta()?.description, name).toBeDefined();
        }
      }
    },
  );
});
