import { describe, expect, test } from 'vitest';
import { HOUR, MILLISECOND, SECOND } from '../../../kernel/time.ts';
import { casesOf, unknownStep } from '../../shared/testing/vector-cases.ts';
import vectors from '../vectors/envoy-gradient.json' with { type: 'json' };
import type { EnvoyGradientConfig } from './envoy-gradient-controller.ts';
import { EnvoyGradientController, gradientOf, nextLimit } from './envoy-gradient-controller.ts';

interface Params {
  readonly min_concurrency?: number;
  readonly request_count?: number;
  readonly max_concurrency_limit?: number;
  readonly minRTT_ms?: number;
  readonly buffer_percent?: number;
}
interface Step {
  readonly op?: string;
  readonly n?: number;
  readonly rtt_ms?: number;
  readonly advance_ms?: number;
  readonly startLimit?: number;
  readonly sampleRTT_ms?: number;
  readonly windows?: number;
  readonly limit?: number;
  readonly minRTT_ms?: number;
}
interface Answer {
  readonly forwarded?: number;
  readonly blocked?: number;
  readonly minRTT_ms?: number;
  readonly limit?: number;
  readonly gradient?: number;
  readonly newLimit?: number;
}
interface Walk {
  readonly testAsserts: string;
  readonly gradient: number;
  readonly limitsFromFormula: readonly number[];
}
type Expected = (Answer | null)[] | Walk;

const INTERVAL = 100 * MILLISECOND;

/** As in the product's test: a window of 0.1 s, a measurement every 30 s without jitter. */
function configOf(params: Params): EnvoyGradientConfig {
  return {
    sampleAggregatePercentile: 0.5,
    maxConcurrencyLimit: params.max_concurrency_limit ?? 1000,
    concurrencyUpdateInterval: INTERVAL,
    minRttInterval: 30 * SECOND,
    minRttRequestCount: params.request_count ?? 50,
    minRttJitter: 0,
    minConcurrency: params.min_concurrency ?? 3,
    minRttBuffer: (params.buffer_percent ?? 25) / 100,
  };
}

/** Drives a controller with requests, samples and cancellations; sampling first forwards what is not yet in flight. */
function run(params: Params, inputs: readonly Step[], expected: readonly (Answer | null)[]): void {
  const controller = new EnvoyGradientController(configOf(params), () => 0);
  let now = HOUR;
  inputs.forEach((step, i) => {
    let forwarded = 0;
    let blocked = 0;
    for (let k = 0; k < (step.n ?? 1); k++) {
      if (step.op === 'admit') {
        if (controller.forward(now)) forwarded++;
        else blocked++;
      } else if (step.op === 'cancel') {
        controller.cancel(now);
      } else if (step.op === 'sample') {
        if (controller.outstanding === 0) controller.forward(now);
        controller.record(now, (step.rtt_ms ?? NaN) * MILLISECOND);
      } else if (step.op === 'advance') {
        now += (step.advance_ms ?? NaN) * MILLISECOND;
        controller.runTimers(now + 1);
      } else unknownStep(step);
    }
    const want = expected[i];
    const at = `step ${i} ${JSON.stringify(step)}`;
    if (want?.forwarded !== undefined)
      expect({ forwarded, blocked }, at).toEqual({ forwarded: want.forwarded, blocked: 0 });
    if (want?.blocked !== undefined)
      expect({ forwarded, blocked }, at).toEqual({ forwarded: 0, blocked: want.blocked });
    if (want?.limit !== undefined) expect(controller.limit, at).toBe(want.limit);
    if (want?.minRTT_ms !== undefined) {
      // The product's test reads the gauge, which is in whole milliseconds.
      expect(controller.measuring, at).toBe(false);
      expect(Math.floor(controller.minRtt / MILLISECOND), at).toBe(want.minRTT_ms);
    }
  });
}

describe('Envoy gradient controller', () => {
  const cases = casesOf<Params, Step, Expected>(vectors);
  const driven = cases.filter(({ inputs }) => inputs.every(({ op }) => op !== undefined));
  const walks = cases.filter(({ expected }) => !Array.isArray(expected));
  const formulas = cases.filter(({ inputs, expected }) => Array.isArray(expected) && inputs[0]?.op === undefined);

  test('every case is of one kind', () => {
    expect(driven.length + walks.length + formulas.length).toBe(cases.length);
  });

  test.each(driven)('$case ($source)', ({ params, inputs, expected }) => {
    if (!Array.isArray(expected)) return unknownStep(expected);
    expect(expected.length).toBe(inputs.length);
    return run(params, inputs, expected);
  });

  test.each(walks)('$case: by the formula ($source)', ({ params, inputs, expected }) => {
    if (Array.isArray(expected)) return unknownStep(expected);
    const [{ startLimit = NaN, sampleRTT_ms: sampleRtt = NaN, windows }] = inputs;
    const { minConcurrency, maxConcurrencyLimit, minRttBuffer } = configOf(params);
    const gradient = gradientOf(params.minRTT_ms ?? NaN, sampleRtt, minRttBuffer);
    const limits: number[] = [];
    for (let limit = startLimit; limits.length < (windows ?? NaN); limits.push(limit)) {
      limit = nextLimit(limit, gradient, minConcurrency, maxConcurrencyLimit);
    }
    expect(gradient).toBeCloseTo(expected.gradient, 12);
    expect(limits).toEqual(expected.limitsFromFormula);
    return undefined;
  });

  test.each(walks)('$case: by the controller, $expected.testAsserts ($source)', ({ params, inputs, expected }) => {
    if (Array.isArray(expected)) return unknownStep(expected);
    expect(expected.testAsserts).toBe('increasing');
    const [{ startLimit, sampleRTT_ms: sampleRtt = NaN, windows = NaN }] = inputs;
    const controller = new EnvoyGradientController({ ...configOf(params), minRttRequestCount: 5 }, () => 0);
    const sample = (now: number, rtt: number): void => {
      for (let k = 0; k < 5; k++) {
        expect(controller.forward(now)).toBe(true);
        controller.record(now, rtt * MILLISECOND);
      }
    };
    let now = HOUR;
    sample(now, params.minRTT_ms ?? NaN);
    expect(Math.floor(controller.minRtt / MILLISECOND)).toBe(params.minRTT_ms);
    expect(controller.limit).toBe(startLimit);
    for (let window = 0; window < windows; window++) {
      const before = controller.limit;
      sample(now, sampleRtt);
      now += INTERVAL + MILLISECOND;
      controller.runTimers(now);
      expect(controller.limit, `window ${window}`).toBeGreaterThan(before);
    }
    return undefined;
  });

  test.each(formulas)('$case ($source)', ({ params, inputs, expected }) => {
    if (!Array.isArray(expected)) return unknownStep(expected);
    const { minConcurrency, maxConcurrencyLimit, minRttBuffer } = configOf(params);
    expect(expected.length).toBe(inputs.length);
    inputs.forEach(({ limit = NaN, minRTT_ms: minRtt = NaN, sampleRTT_ms: sampleRtt = NaN }, i) => {
      const gradient = gradientOf(minRtt, sampleRtt, minRttBuffer);
      expect(gradient).toBeCloseTo(expected[i]?.gradient ?? NaN, 12);
      expect(nextLimit(limit, gradient, minConcurrency, maxConcurrencyLimit)).toBe(expected[i]?.newLimit);
    });
    return undefined;
  });
});
