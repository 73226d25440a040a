import { describe, expect, test } from 'vitest';
import { MILLISECOND } from '../../../kernel/time.ts';
import { casesOf, unknownStep } from '../../shared/testing/vector-cases.ts';
import vectors from '../vectors/golang-rate-tokenbucket.json' with { type: 'json' };
import type { Reservation } from './go-limiter.ts';
import { GoLimiter, UNLIMITED } from './go-limiter.ts';

/** The unit of the cases. */
const D = 100 * MILLISECOND;

interface Params {
  readonly limit_per_s: number | string | null;
  readonly burst: number;
}
interface Step {
  readonly t_d?: number;
  readonly op: string;
  readonly n?: number;
  readonly id?: string;
  readonly limit?: number | string | null;
  readonly burst?: number;
  readonly maxWait_d?: number;
  readonly deadline_d?: number;
  readonly cancelAfter_d?: number;
  readonly alreadyCancelled?: boolean;
  readonly every_ms?: number;
  readonly for_ms?: number;
}
interface Expected {
  readonly ok?: boolean;
  readonly tokensBefore?: number;
  readonly act_d?: number;
  readonly delay_d?: number;
  readonly okMin?: number;
  readonly okMax?: number;
}

/** Go's Inf is its largest float. */
const limitOf = (limit: number | string | null | undefined): number =>
  typeof limit === 'number' && limit < Number.MAX_VALUE ? limit : UNLIMITED;

const nearestD = (duration: number): number => Math.floor((duration + D / 2) / D);

function allow(limiter: GoLimiter, step: Step, now: number): Expected {
  const tokensBefore = limiter.tokensAt(now);
  return { tokensBefore, ok: limiter.allow(now, step.n) };
}

/** A caller that waits until its context ends, or it may act. */
function wait(limiter: GoLimiter, step: Step, now: number): Expected {
  const deadline = step.deadline_d === undefined ? Infinity : now + step.deadline_d * D;
  const reservation = limiter.wait(now, step.n, deadline, step.alreadyCancelled);
  if (typeof reservation === 'string') return { ok: false, delay_d: 0 };
  const cancelAt = step.cancelAfter_d === undefined ? Infinity : now + step.cancelAfter_d * D;
  if (reservation.actAt <= cancelAt) return { ok: true, delay_d: nearestD(reservation.actAt - now) };
  limiter.cancel(cancelAt, reservation);
  return { ok: false, delay_d: step.cancelAfter_d };
}

function manyAttempts(limiter: GoLimiter, step: Step): number {
  let passed = 0;
  for (let t = 0; t < (step.for_ms ?? 0); t += step.every_ms ?? 1) {
    if (limiter.allow(t * MILLISECOND, step.n)) passed++;
  }
  return passed;
}

describe('golang.org/x/time/rate', () => {
  test.each(casesOf<Params, Step, (Expected | null)[]>(vectors))('$case ($source)', ({ params, inputs, expected }) => {
    const limiter = new GoLimiter(limitOf(params.limit_per_s), params.burst);
    const reservations = new Map<string | undefined, Reservation>();
    const steps: Record<string, (step: Step, now: number) => Expected | null> = {
      allow: (step, now) => allow(limiter, step, now),
      wait: (step, now) => wait(limiter, step, now),
      reserve: (step, now) => {
        const maxWait = step.maxWait_d === undefined ? Infinity : step.maxWait_d * D;
        const reservation = limiter.reserve(now, step.n, maxWait);
        reservations.set(step.id, reservation);
        return { ok: reservation.ok, act_d: nearestD(reservation.actAt) };
      },
      cancel: (step, now) => {
        limiter.cancel(now, reservations.get(step.id) ?? unknownStep(step));
        return null;
      },
      setLimit: (step, now) => {
        limiter.setLimit(now, limitOf(step.limit));
        return null;
      },
      setBurst: (step, now) => {
        limiter.setBurst(now, step.burst ?? unknownStep(step));
        return null;
      },
    };

    expect(expected.length).toBe(inputs.length);
    inputs.forEach((step, i) => {
      const want = expected[i];
      const at = `step ${i} ${JSON.stringify(step)}`;
      if (step.every_ms !== undefined) {
        const passed = manyAttempts(limiter, step);
        expect(passed, at).toBeGreaterThanOrEqual(want?.okMin ?? NaN);
        expect(passed, at).toBeLessThanOrEqual(want?.okMax ?? NaN);
        return;
      }
      const seen = (steps[step.op] ?? unknownStep)(step, (step.t_d ?? 0) * D);
      if (want === null) return;
      if (want.ok !== undefined) expect(seen?.ok, at).toBe(want.ok);
      if (want.tokensBefore !== undefined) expect(seen?.tokensBefore, at).toBeCloseTo(want.tokensBefore, 9);
      if (want.act_d !== undefined && want.ok !== false) expect(seen?.act_d, at).toBe(want.act_d);
      if (want.delay_d !== undefined) expect(seen?.delay_d, at).toBe(want.delay_d);
    });
  });
});
