import { readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { parameterMeta } from '../controllers/parameters.ts';
import { Registry } from '../controllers/registry.ts';
import { readDocument } from './document.ts';
import { scenarioJsonSchema } from './json-schema.ts';
import { layerSchema } from './layers.ts';
import { validatorOf } from './testing/json-schema-validator.ts';
import { valueFor } from './testing/parameter-value.ts';
import { complaintsOf, read, SMALL } from './testing/small-scenario.ts';

const REGISTRY = new Registry();
const complaints = validatorOf(scenarioJsonSchema(REGISTRY));
const SCENARIOS = new URL('../../scenarios/', import.meta.url);

function valueOf(text: string): unknown {
  return readDocument(text, 's.yaml').value;
}

/** What the schema has against the small scenario once `part` of it is replaced. */
function against(part: string, by: string): string[] {
  if (SMALL.split(part).length !== 2) throw new RangeError(`${part} must stand once in the small scenario`);
  return complaints(valueOf(SMALL.replace(part, () => by)));
}

describe('the JSON Schema takes', () => {
  it.each(readdirSync(SCENARIOS).filter((name) => name.endsWith('.yaml')))('%s', (name) => {
    expect(complaints(valueOf(readFileSync(new URL(name, SCENARIOS), 'utf8')))).toEqual([]);
  });

  it.each([
    ['the small scenario', 'name: shop\n', 'name: shop\n'],
    ['the name of the schema', 'name: shop\n', 'name: shop\n$schema: ./scenario.schema.json\n'],
    ['durations of several units', 'deadline: 1s', 'deadline: " 1m 30s "'],
    ['fractions', 'deadline: 1s', 'deadline: 1.5s'],
    ['microseconds as people write them', 'deadline: 1s', 'deadline: 15µs'],
    ['a plain 0', 'for: 1s', 'for: 0'],
    ['rates of other units', 'poisson: 50/s', 'poisson: 2.5e3 / minute'],
    ['shares as numbers', 'kind: loadBalancer', 'kind: loadBalancer, panicThreshold: 0.5'],
    ['shares as percentages', 'kind: loadBalancer', 'kind: loadBalancer, panicThreshold: 99.5 %'],
    ['instances as a map', 'instances: 4', 'instances: { initial: 0, max: 4 }'],
    ['a number as a seed', 'duration: 10s', 'duration: 10s\nseed: 7'],
    ['a number or a word', 'kind: loadBalancer', 'kind: loadBalancer, choices: all'],
    [
      'factors by instance',
      'serviceTime: 20ms',
      'demand: 20ms\n      noise: { exponential: 1 }\n      slowness: [1, 2.5]',
    ],
    ['shadow mode', 'tries: 2', 'tries: 2, mode: shadow, propagateCause: true'],
    ['settings of any path', 'without: [balancer]', 'set: { breaker.metrics.lag: 0s, sidecar.tries: 3 }, age: 0'],
    ['added layers', 'without: [balancer]', 'add: [{ layer: { name: x, kind: retry }, outside: breaker }]'],
  ])('what the reader takes: %s', (_, part, by) => {
    expect(complaintsOf(SMALL.replace(part, () => by))).toEqual([]);
    expect(against(part, by)).toEqual([]);
  });

  it('a scenario that says only what it changes in another', () => {
    const text = 'extends: base.yaml\nworld: { services: { checkout: { concurrency: 3, instances: { max: 9 } } } }\n';
    expect(complaints(valueOf(text))).toEqual([]);
    expect(() =>
      read(text, { readBase: () => ({ text: SMALL.replace('instances: 4', 'instances: { initial: 1 }'), file: 'b' }) }),
    ).not.toThrow();
  });

  it('every policy with its defaults, and what it requires', () => {
    for (const kind of REGISTRY.kinds.values()) {
      for (const policy of kind.policies) {
        const layer: Record<string, unknown> = { name: 'x', kind: kind.name, policy: policy.name };
        for (const issue of layerSchema(kind, policy).safeParse(layer).error?.issues ?? []) {
          const name = String(issue.path[0]);
          layer[name] = valueFor(parameterMeta(layerSchema(kind, policy).shape[name] as z.ZodType)!);
        }
        expect(layerSchema(kind, policy).safeParse(layer).success, JSON.stringify(layer)).toBe(true);
        const base = valueOf(SMALL) as Record<string, unknown>;
        const document =
          kind.place === 'beside'
            ? { ...base, autoscalers: [layer] }
            : { ...base, edges: [{ from: 'shoppers', to: 'checkout', layers: [layer] }] };
        expect(complaints(document), policy.name).toEqual([]);
      }
    }
  });
});

describe('the JSON Schema refuses', () => {
  it.each([
    ['an unknown field', 'duration: 10s', 'duration: 10s\ncolour: red'],
    ['an unknown field of a service', 'instances: 4', 'instances: 4\n      concurency: 3'],
    ['an unknown field of a layer', 'tries: 2', 'tris: 2'],
    ['a field of another policy', 'policy: countWindow', 'policy: countWindow, slidingWindowSize: 5'],
    ['an unknown field of metrics', 'kind: loadBalancer', 'kind: loadBalancer, metrics: { lagg: 2s }'],
    ['an unknown field of a backoff', 'tries: 2', 'tries: 2, backoff: { bse: 25ms }'],
    ['an unknown field of a budget', 'tries: 2', 'tries: 2, budget: { policy: ratio, ration: 5% }'],
    [
      'an unknown field of outlier detection',
      'kind: loadBalancer',
      'kind: loadBalancer, outlierDetection: { policy: envoy, x: 3 }',
    ],
    [
      'an unknown field of an added layer',
      'without: [balancer]',
      'add: [{ layer: { name: x, kind: retry, tris: 3 } }]',
    ],
    ['a bare number for a duration', 'deadline: 1s', 'deadline: 100'],
    ['a duration as on a clock', 'deadline: 1s', 'deadline: 00:00:30'],
    ['a negative duration', 'deadline: 1s', 'deadline: -1s'],
    ['no duration where there must be one', 'deadline: 1s', 'deadline: 0s'],
    ['a negative rate', 'poisson: 50/s', 'poisson: -50/s'],
    ['a bare number for a rate', 'poisson: 50/s', 'poisson: 50'],
    ['a share above all', 'serviceTime: 20ms', 'serviceTime: 20ms\n      errorRate: 150%'],
    ['a number above all', 'serviceTime: 20ms', 'serviceTime: 20ms\n      errorRate: 1.5'],
    ['text for a number', 'instances: 4', 'instances: "4"'],
    ['a number out of its range', 'kind: loadBalancer', 'kind: loadBalancer, choices: 100'],
    ['an unknown word', 'tries: 2', 'tries: 2, retryOn: [refusd]'],
    ['nothing', 'deadline: 1s', 'deadline: null'],
    ['an unknown kind', 'kind: retry', 'kind: retri'],
    ['an unknown policy', 'policy: countWindow', 'policy: countWindw'],
    ['a policy of another kind', 'policy: countWindow', 'policy: tokenBucket'],
    ['an autoscaler among layers', 'kind: retry', 'kind: autoscaler'],
    ['a layer among autoscalers', 'kind: autoscaler', 'kind: retry'],
    ['a layer without a name', 'name: sidecar, ', ''],
    ['a layer without a kind', 'kind: retry, ', ''],
    ['a missing parameter', ', max: 8', ''],
    ['a service without work', 'serviceTime: 20ms', 'contention: 0'],
    ['a service time beside a demand', 'serviceTime: 20ms', 'serviceTime: 20ms\n      demand: 1ms'],
    ['a service without instances', '      instances: 4\n', ''],
    ['instances without a first number', 'instances: 4', 'instances: { max: 4 }'],
    ['a file without a name', 'name: shop\n', ''],
    ['live signals with metrics', 'kind: loadBalancer', 'kind: loadBalancer, source: own, metrics: { lag: 1s }'],
    ['a fault at no time', 'at: 2s, ', ''],
    ['a fault that does two things', 'crash: {', 'freeze: { service: checkout, instances: all }, crash: {'],
    ['two families of a distribution', 'serviceTime: 20ms', 'serviceTime: { exponential: 5ms, deterministic: 5ms }'],
    ['an unknown family', 'serviceTime: 20ms', 'serviceTime: { lognorml: 5ms }'],
    ['half a family', 'serviceTime: 20ms', 'serviceTime: { lognormal: { mean: 5ms } }'],
    ['a reserved name of a design', 'bald:', 'bare:'],
    ['another name of a design', 'bald:', '9x:'],
    ['layers kept and left out at once', 'without: [balancer]', 'without: [balancer], only: [breaker]'],
    ['an expectation without a value', 'success >= 1%', 'success >='],
    ['an expectation with another comparison', 'success >= 1%', 'success => 1%'],
  ])('what the reader refuses: %s', (_, part, by) => {
    expect(complaintsOf(SMALL.replace(part, () => by))).not.toEqual([]);
    expect(against(part, by)).not.toEqual([]);
  });
});

describe('the JSON Schema and the reader', () => {
  it('agree on how quantities are written', () => {
    const digits = fc.stringMatching(/^[0-9]{1,2}(\.[0-9]{1,2})?$/);
    const unit = fc.constantFrom('', 's', 'ms', 'm', 'min', 'h', 'd', 'us', 'ns', '%', '/s', '/m', '/hour', 'x');
    const written = fc
      .tuple(fc.constantFrom('', '', '', '-', ' '), digits, fc.constantFrom('', ' '), unit)
      .map((parts) => parts.join(''));
    const places = fc.constantFrom(
      ['deadline: 1s', 'deadline: '],
      ['poisson: 50/s', 'poisson: '],
      ['at: 2s', 'at: '],
      ['serviceTime: 20ms', 'serviceTime: 20ms\n      errorRate: '],
      ['serviceTime: 20ms', 'serviceTime: '],
    );
    fc.assert(
      fc.property(written, places, (text, [part, by]) => {
        const quoted = `${by}${JSON.stringify(text)}`;
        const isRead = complaintsOf(SMALL.replace(part, () => quoted)).length === 0;
        expect(against(part, quoted).length === 0, quoted).toBe(isRead);
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});
