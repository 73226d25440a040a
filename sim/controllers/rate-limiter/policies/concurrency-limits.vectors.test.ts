import { describe, expect, test } from 'vitest';
import { MILLISECOND } from '../../../kernel/time.ts';
import type { VectorCase } from '../../shared/testing/vector-cases.ts';
import { casesOf, unknownStep } from '../../shared/testing/vector-cases.ts';
import vectors from '../vectors/netflix-concurrencylimits.json' with { type: 'json' };
import { AimdLimit } from './aimd.ts';
import type { ConcurrencyLimitAlgorithm } from './concurrency-limit-algorithm.ts';
import { ExponentialAverage } from './exponential-average.ts';
import { Gradient2Limit } from './gradient2.ts';
import type { Semaphore } from './lifo-blocking-limiter.ts';
import { GRANTED, LifoBlockingLimiter, REJECTED } from './lifo-blocking-limiter.ts';
import { PartitionedLimiter } from './partitioned-limiter.ts';
import { VEGAS_DEFAULTS, VegasLimit } from './vegas.ts';
import { WindowedLimit } from './windowed-limit.ts';

interface Params {
  readonly algorithm?: string;
  readonly initialLimit?: number;
  readonly minLimit?: number;
  readonly maxLimit?: number;
  readonly maxConcurrency?: number;
  readonly backoffRatio?: number;
  readonly timeout_ms?: number;
  readonly smoothing?: number;
  readonly alpha?: number;
  readonly beta?: number;
  readonly decreaseFunction?: string;
  readonly queueSize?: number;
  readonly rttTolerance?: number;
  readonly longWindow?: number;
  readonly minWindowTime_ms?: number;
  readonly maxWindowTime_ms?: number;
  readonly windowSize?: number;
  readonly minRttThreshold_us?: number;
  readonly window?: number;
  readonly warmup?: number;
  readonly limit?: number;
  readonly partitions?: Readonly<Record<string, number>>;
  readonly backlogSize?: number;
  readonly backlogTimeout_ms?: number;
}
interface Step {
  readonly t_ms?: number;
  readonly rtt_ms?: number;
  readonly inflight?: number;
  readonly dropped?: boolean;
  readonly add?: number;
  readonly op?: string;
  readonly partition?: string;
  readonly n?: number;
  readonly limit?: number;
  readonly id?: string;
}
interface Answer {
  readonly limit?: number;
  readonly average?: number;
  readonly inflight?: Readonly<Record<string, number>>;
  readonly partitionLimits?: Readonly<Record<string, number>>;
  readonly ok?: boolean;
  readonly at_ms?: number;
  readonly granted?: number;
  readonly waiting?: number;
}
type Case = VectorCase<Params, Step, (Answer | null)[]>;

const cases = casesOf<Params, Step, (Answer | null)[]>(vectors);
const ofKind = (kind: (params: Params) => boolean): Case[] => cases.filter(({ params }) => kind(params));

function decreaseOf(name: string | undefined): (limit: number) => number {
  if (name === undefined) return VEGAS_DEFAULTS.decrease;
  return name === 'x/2' ? (limit) => limit / 2 : unknownStep(name);
}

function algorithmOf(params: Params): ConcurrencyLimitAlgorithm {
  const { algorithm, alpha, beta } = params;
  if (algorithm === 'AIMD') {
    return new AimdLimit({
      initialLimit: 20,
      minLimit: 20,
      maxLimit: 200,
      backoffRatio: 0.9,
      ...params,
      timeout: (params.timeout_ms ?? 5000) * MILLISECOND,
    });
  }
  if (algorithm === 'Vegas') {
    return new VegasLimit(
      {
        ...VEGAS_DEFAULTS,
        ...params,
        alpha: alpha === undefined ? VEGAS_DEFAULTS.alpha : () => alpha,
        beta: beta === undefined ? VEGAS_DEFAULTS.beta : () => beta,
        decrease: decreaseOf(params.decreaseFunction),
      },
      () => Infinity,
    );
  }
  const gradient2 = new Gradient2Limit({
    initialLimit: 20,
    minLimit: 20,
    maxConcurrency: 200,
    smoothing: 0.2,
    queueSize: 4,
    rttTolerance: 1.5,
    longWindow: 600,
    ...params,
  });
  if (algorithm === 'Gradient2') return gradient2;
  if (algorithm !== 'Windowed') return unknownStep(params);
  return new WindowedLimit(gradient2, {
    minWindowTime: (params.minWindowTime_ms ?? 1000) * MILLISECOND,
    maxWindowTime: (params.maxWindowTime_ms ?? 1000) * MILLISECOND,
    windowSize: params.windowSize ?? 10,
    minRttThreshold: (params.minRttThreshold_us ?? 100) * 1000,
  });
}

/** A semaphore whose size can be changed while it is in use. */
class Slots implements Semaphore {
  limit: number;
  inFlight = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  tryAcquire(): boolean {
    if (this.inFlight >= this.limit) return false;
    this.inFlight++;
    return true;
  }

  release(): void {
    this.inFlight--;
  }
}

describe('Netflix concurrency-limits algorithms', () => {
  test.each(ofKind(({ algorithm }) => algorithm !== undefined))('$case ($source)', ({ params, inputs, expected }) => {
    const algorithm = algorithmOf(params);
    expect(expected.length).toBe(inputs.length);
    inputs.forEach((step, i) => {
      const rtt = (step.rtt_ms ?? 0) * MILLISECOND;
      const start = (step.t_ms ?? 0) * MILLISECOND;
      algorithm.onSample(start, rtt, step.inflight ?? 0, step.dropped ?? false);
      expect({ limit: algorithm.limit }, `step ${i}`).toMatchObject(expected[i] ?? unknownStep(step));
    });
  });
});

describe('Netflix concurrency-limits ExpAvgMeasurement', () => {
  test.each(ofKind(({ warmup }) => warmup !== undefined))('$case ($source)', ({ params, inputs, expected }) => {
    const average = new ExponentialAverage(params.window ?? NaN, params.warmup ?? NaN);
    expect(expected.length).toBe(inputs.length);
    inputs.forEach((step, i) => {
      expect(average.add(step.add ?? NaN), `step ${i}`).toBeCloseTo(expected[i]?.average ?? NaN, 9);
    });
  });
});

describe('Netflix concurrency-limits AbstractPartitionedLimiter', () => {
  test.each(ofKind(({ partitions }) => partitions !== undefined))('$case ($source)', ({ params, inputs, expected }) => {
    const names = Object.keys(params.partitions ?? {});
    const limiter = new PartitionedLimiter(params.limit ?? NaN, params.partitions ?? {});
    expect(expected.length).toBe(inputs.length);
    inputs.forEach((step, i) => {
      const partition = step.partition ?? '';
      const outcomes = new Set<boolean>();
      if (step.op === 'setLimit') limiter.setLimit(step.n ?? step.limit ?? NaN);
      for (let k = 0; step.op !== 'setLimit' && k < (step.n ?? 1); k++) {
        if (step.op === 'acquire') outcomes.add(limiter.acquire(partition));
        else if (step.op === 'release') limiter.release(partition);
        else unknownStep(step);
      }
      expect(outcomes.size, 'all with one outcome').toBeLessThanOrEqual(1);
      const [ok] = outcomes;
      const inflight = Object.fromEntries(names.map((name) => [name, limiter.inFlight(name)]));
      const partitionLimits = Object.fromEntries(names.map((name) => [name, limiter.limitOf(name)]));
      expect({ ok, inflight, partitionLimits }, `step ${i}`).toMatchObject(expected[i] ?? {});
    });
  });
});

describe('Netflix concurrency-limits LifoBlockingLimiter', () => {
  test.each(ofKind(({ backlogSize }) => backlogSize !== undefined))(
    '$case ($source)',
    ({ params, inputs, expected }) => {
      const slots = new Slots(params.limit ?? NaN);
      const timeout = (params.backlogTimeout_ms ?? 1000) * MILLISECOND;
      const limiter = new LifoBlockingLimiter(slots, params.backlogSize, timeout);
      /** By the number of a waiting caller, how its wait ends if nobody lets it in. */
      const waits = new Map<number, { ok: boolean; at_ms: number }>();
      const acquire = (now: number): { ok: boolean; at_ms: number; number: number } => {
        const number = limiter.acquire(now);
        const entry = { ok: number === GRANTED, at_ms: (number > GRANTED ? now + timeout : now) / MILLISECOND, number };
        if (number > GRANTED) waits.set(number, entry);
        return entry;
      };

      // An acquire's answer may come with a later step, so all answers are looked at in the end.
      const seen = inputs.map((step) => {
        const now = (step.t_ms ?? 0) * MILLISECOND;
        if (step.op === 'setLimit') {
          slots.limit = step.n ?? step.limit ?? NaN;
          return [];
        }
        return Array.from({ length: step.n ?? 1 }, () => {
          if (step.op === 'acquire') return acquire(now);
          if (step.op !== 'release') return unknownStep(step);
          const letIn = waits.get(limiter.release(now));
          if (letIn !== undefined) Object.assign(letIn, { ok: true, at_ms: now / MILLISECOND });
          return undefined;
        });
      });

      expect(expected.length).toBe(inputs.length);
      expected.forEach((want, i) => {
        if (want === null) return;
        const answers = seen[i].filter((answer) => answer !== undefined);
        const at = `step ${i} ${JSON.stringify(inputs[i])}`;
        if (want.granted !== undefined) {
          expect(answers.filter(({ number }) => number === GRANTED).length, at).toBe(want.granted);
        }
        if (want.waiting !== undefined) {
          expect(answers.filter(({ number }) => number > GRANTED).length, at).toBe(want.waiting);
          expect(answers.filter(({ number }) => number === REJECTED).length, at).toBe(
            answers.length - (want.granted ?? 0) - want.waiting,
          );
        }
        for (const { ok, at_ms } of answers) {
          if (want.ok !== undefined) expect(ok, at).toBe(want.ok);
          if (want.at_ms !== undefined) expect(at_ms, at).toBe(want.at_ms);
        }
      });
    },
  );
});

test('every case is of one of the kinds above', () => {
  const kinds = cases.filter(
    ({ params: { algorithm, warmup, partitions, backlogSize } }) =>
      [algorithm, warmup, partitions, backlogSize].filter((mark) => mark !== undefined).length === 1,
  );
  expect(kinds).toHaveLength(cases.length);
});
