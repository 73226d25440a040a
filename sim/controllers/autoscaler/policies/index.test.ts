import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { SECOND } from '../../../kernel/time.ts';
import { parameterMeta } from '../../parameters.ts';
import type { AutoscalerPolicyDefinition, InstanceView } from '../policy.ts';
import { clusterAutoscaler } from './cluster-autoscaler.ts';
import { AUTOSCALER_POLICIES } from './index.ts';
import { configOf } from './testing/config.ts';
import { scalerView } from './testing/scaler-view.ts';

/** The least that each policy must be told. */
const REQUIRED: Readonly<Record<string, Record<string, unknown>>> = {
  step: { max: 20 },
  predictive: { max: 20, capacity: '100/s' },
  hpa: { max: 20 },
  knative: {},
  keda: { threshold: 10 },
  awsTargetTracking: { max: 20, target: '50%' },
  awsStepScaling: { max: 20, scaleOut: { threshold: '70%', steps: [{ lower: 0, adjustment: 2 }] } },
};
const config = (definition: AutoscalerPolicyDefinition, given: Record<string, unknown> = {}) =>
  configOf<never>(definition, { ...REQUIRED[definition.name], ...given });
const draws = { uniform: () => 0.5 };

/** Every parameter that can be documented, those in nested settings too. */
function* documented(shape: z.ZodRawShape): Generator<[string, NonNullable<ReturnType<typeof parameterMeta>>]> {
  for (const [name, schema] of Object.entries(shape)) {
    const meta = parameterMeta(schema as z.ZodType);
    if (meta !== undefined) yield [name, meta];
    else yield* documented(innerShape(schema as z.ZodType));
  }
}

function innerShape(schema: z.ZodType): z.ZodRawShape {
  if (schema instanceof z.ZodObject) return schema.shape;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodPrefault)
    return innerShape(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodArray) return innerShape(schema.element as z.ZodType);
  throw new Error('a parameter without documentation');
}

describe.each([...AUTOSCALER_POLICIES, clusterAutoscaler])('$name', (definition) => {
  it('says what it is, where it comes from and what it gets wrong', () => {
    expect(definition.about).toMatch(/^[A-Z].*\.$/);
    expect(definition.sources.length).toBeGreaterThan(0);
    expect(definition.knownToGetWrong.length).toBeGreaterThan(0);
  });

  it('gives the source of every default', () => {
    const without = [...documented(definition.parameters)].filter(
      ([, meta]) => meta.default !== undefined && meta.source === undefined,
    );
    expect(without).toEqual([]);
  });
});

describe.each([...AUTOSCALER_POLICIES])('$name', (definition) => {
  it('can be made from its required parameters alone', () => {
    expect(definition.check?.(config(definition))).toBeUndefined();
    expect(definition.create(config(definition), draws).period).toBeGreaterThan(0);
  });

  it('keeps no state in common with another of its kind', () => {
    const [one, other] = [definition.create(config(definition), draws), definition.create(config(definition), draws)];
    const view = scalerView({ replicas: 3, ready: 3, requestRate: 500, concurrency: 40 });
    for (let i = 0; i < 5; i++) one.decide(i * one.period, { ...view, asOf: i * one.period });
    const fresh = definition.create(config(definition), draws);
    expect(other.decide(0, view)).toBe(fresh.decide(0, view));
  });

  const time = fc.integer({ min: -300, max: 100 });
  const measure = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constant(NaN));
  const pod: fc.Arbitrary<InstanceView> = fc
    .record({
      launch: time,
      turned: fc.integer({ min: 0, max: 100 }),
      ready: fc.boolean(),
      leaving: fc.boolean(),
      utilization: measure,
      concurrency: measure,
    })
    .map(({ launch, turned, ...rest }) => ({
      ...rest,
      startedAt: launch * SECOND,
      readyChangedAt: (launch + turned) * SECOND,
      metricAt: 0,
    }));
  const load = fc.oneof(fc.double({ min: 0, max: 1e5, noNaN: true }), fc.constant(NaN));
  const glance = fc.record({
    instances: fc.array(pod, { maxLength: 12 }),
    requestRate: load,
    concurrency: load,
    late: fc.integer({ min: 0, max: 40 }),
  });

  test.prop([fc.array(glance, { minLength: 1, maxLength: 20 }), fc.integer({ min: 2, max: 20 })])(
    'asks for a whole number within min and max, whatever it is shown',
    (glances, start) => {
      const policy = definition.create(config(definition, { min: 2, max: 20 }), draws);
      let replicas = start;
      for (const [i, { late, ...shown }] of glances.entries()) {
        const now = i * policy.period;
        replicas = policy.decide(
          now,
          scalerView({ ...shown, replicas, asOf: now - late * SECOND, window: 15 * SECOND }),
        );
        expect(Number.isInteger(replicas)).toBe(true);
        expect(replicas).toBeGreaterThanOrEqual(2);
        expect(replicas).toBeLessThanOrEqual(20);
      }
    },
  );
});

it('has every policy under a name of its own', () => {
  const names = AUTOSCALER_POLICIES.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(Object.keys(REQUIRED));
});
