import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { DAY, MILLISECOND } from '../../../kernel/time.ts';
import type { Kind } from '../../../stack/result.ts';
import { CANCELLED, ERROR, LIMITED, OK, REFUSED, TIMED_OUT } from '../../../stack/result.ts';
import { parameterMeta } from '../../parameters.ts';
import type { LimiterPolicy } from '../policy.ts';
import { DENIED } from '../policy.ts';
import { draw, make } from '../testing/drive.ts';
import { LIMITER_POLICIES } from './index.ts';

/** What a person must write at least, and small enough for a few hundred attempts to reach the limits. */
const WRITTEN: Record<string, Record<string, unknown>> = {
  tokenBucket: { rate: '7/s', burst: 3 },
  slidingWindow: { limit: 3, window: '500ms' },
  slidingCounter: { limit: 3, window: '500ms' },
  fixedWindow: { limit: 3, window: '500ms' },
  leakyBucket: { rate: '7/s', capacity: 3 },
  nginx: { rate: '7/s', burst: 3, delay: 1 },
  gcra: { count: 7, maxBurst: 2 },
  adaptiveThrottle: { window: '2s', bins: 10 },
  concurrencyLimit: { maxConcurrent: 3 },
  goRate: { limit: '7/s', burst: 3, maxWait: '300ms' },
  envoyTokenBucket: { maxTokens: 3, fillRate: '7/s' },
  envoyLocalRateLimit: { maxTokens: 3, fillInterval: '250ms', filling: 'timer' },
  envoyGlobalRateLimit: { requestsPerUnit: 3, unit: 'second' },
  envoyGradient: {
    concurrencyUpdateInterval: '100ms',
    minRttInterval: '2s',
    minRttRequestCount: 4,
    maxConcurrencyLimit: 6,
  },
  resilience4jRateLimiter: { limitForPeriod: 3, limitRefreshPeriod: '400ms', timeoutDuration: '600ms' },
  grpcAdaptiveThrottle: { window: '2s', bins: 10 },
  aimd: { initialLimit: 4, minLimit: 2, maxLimit: 6 },
  vegas: { initialLimit: 4, maxConcurrency: 6 },
  gradient2: { initialLimit: 4, minLimit: 2, maxConcurrency: 6 },
  awsAdaptive: {},
};

/** Those whose answer is not foretold by what is used: they draw, or wait instead of denying. */
const NOT_FORETOLD = new Set(['adaptiveThrottle', 'grpcAdaptiveThrottle', 'awsAdaptive']);

const names = LIMITER_POLICIES.map(({ name }) => name);
const fresh = (name: string): LimiterPolicy => {
  const definition = LIMITER_POLICIES.find((candidate) => candidate.name === name);
  if (definition === undefined) throw new Error(name);
  return make(definition, WRITTEN[name], (ordinal) => (ordinal * 0.37) % 1);
};

interface Step {
  readonly wait: number;
  readonly does: 'attempt' | 'end' | 'charge' | 'look';
  readonly value: number;
  readonly kind: Kind;
}
const steps = fc.array(
  fc.record<Step>({
    wait: fc.oneof(fc.constant(0), fc.nat({ max: 300 })),
    does: fc.constantFrom('attempt', 'attempt', 'attempt', 'end', 'end', 'charge', 'look'),
    value: fc.double({ min: 0, max: 0.999, noNaN: true }),
    kind: fc.constantFrom<Kind>(OK, OK, OK, ERROR, REFUSED, LIMITED, TIMED_OUT, CANCELLED),
  }),
  { maxLength: 120 },
);

/** Plays steps from `origin` on and notes every answer; `looks` asks for what is used before each. */
function play(policy: LimiterPolicy, steps: readonly Step[], origin: number, looks = true): number[] {
  const seen: number[] = [];
  const inFlight: number[] = [];
  let now = origin;
  for (const { wait, does, value, kind } of steps) {
    now += wait * MILLISECOND;
    if (looks) seen.push(policy.used(now));
    if (does === 'attempt') {
      const answer = policy.acquire(now, draw(value));
      seen.push(answer);
      if (answer !== DENIED) inFlight.push(now + answer);
    } else if (does === 'charge') {
      policy.charge(now, Math.floor(value * 8) / 2);
    } else if (does === 'end') {
      const index = inFlight.findIndex((start) => start <= now);
      if (index < 0) continue;
      const [start] = inFlight.splice(index, 1);
      policy.ended(now, kind, now - start);
    }
  }
  return seen;
}

test('every policy has a name of its own, and a test knows how to write it', () => {
  expect(new Set(names).size).toBe(names.length);
  expect(names.toSorted()).toEqual(Object.keys(WRITTEN).toSorted());
});

describe.each(LIMITER_POLICIES.map((definition) => [definition.name, definition] as const))(
  '%s',
  (name, definition) => {
    test('says what it is, where it comes from and what it gets wrong', () => {
      expect(definition.about).toMatch(/\.$/);
      expect(definition.sources.length).toBeGreaterThan(0);
      expect(definition.knownToGetWrong.length).toBeGreaterThan(0);
      for (const sentence of definition.knownToGetWrong) expect(sentence).toMatch(/\.$/);
    });

    test('documents every parameter, and says where each default comes from', () => {
      for (const [parameter, schema] of Object.entries(definition.parameters)) {
        const meta = parameterMeta(schema as z.ZodType);
        expect(meta?.about, parameter).toMatch(/\.$/);
        if (meta?.default !== undefined) expect(meta.source, parameter).toBeTruthy();
      }
    });

    test('answers 0, a whole wait or a denial, and never says that less than nothing or more than all is used', () => {
      fc.assert(
        fc.property(steps, (some) => {
          const policy = fresh(name);
          let now = 0;
          const inFlight: number[] = [];
          for (const { wait, does, value, kind } of some) {
            now += wait * MILLISECOND;
            const used = policy.used(now);
            expect(used).toBeGreaterThanOrEqual(0);
            expect(used).toBeLessThanOrEqual(1);
            if (does === 'charge') policy.charge(now, Math.floor(value * 8) / 2);
            if (does === 'end' && inFlight.length > 0) policy.ended(now, kind, now - inFlight.shift()!);
            if (does !== 'attempt') continue;
            const answer = policy.acquire(now, draw(value));
            expect(answer === DENIED || (Number.isInteger(answer) && answer >= 0)).toBe(true);
            // All is used exactly where the next attempt is denied.
            if (!NOT_FORETOLD.has(name)) expect(answer === DENIED).toBe(used === 1);
            if (answer === 0) inFlight.push(now);
          }
        }),
      );
    });

    test('answers the same from any day on', () => {
      fc.assert(
        fc.property(steps, fc.integer({ min: 1, max: 100 }), (some, days) => {
          expect(play(fresh(name), some, days * DAY)).toEqual(play(fresh(name), some, 0));
        }),
      );
    });

    test('answers the same whether it is looked at or not', () => {
      fc.assert(
        fc.property(steps, (some) => {
          const looked = play(fresh(name), some, 0, true);
          const alone = play(fresh(name), some, 0, false);
          let k = 0;
          const answers = some.flatMap(({ does }) => {
            k++;
            return does === 'attempt' ? [looked[k++]] : [];
          });
          expect(answers).toEqual(alone);
        }),
      );
    });

    test('lets through after a charge no more than without it', () => {
      fc.assert(
        fc.property(fc.nat({ max: 4 }), fc.integer({ min: 1, max: 20 }), (before, cost) => {
          const [charged, spared] = [fresh(name), fresh(name)];
          for (const policy of [charged, spared]) for (let i = 0; i < before; i++) policy.acquire(0, draw(0.5));
          charged.charge(0, cost);
          const passed = (policy: LimiterPolicy): number => {
            let count = 0;
            for (let i = 0; i < 20; i++) if (policy.acquire(0, draw(0.5)) === 0) count++;
            return count;
          };
          expect(passed(charged)).toBeLessThanOrEqual(passed(spared));
        }),
      );
    });
  },
);
