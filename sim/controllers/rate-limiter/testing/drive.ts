import * as fc from 'fast-check';
import { z } from 'zod';
import type { RandomSource } from '../../../kernel/random.ts';
import { SECOND } from '../../../kernel/time.ts';
import type { LimiterPolicy, LimiterPolicyDefinition } from '../policy.ts';

/** A source whose next uniform number is the one given. */
export function draw(value: number): RandomSource {
  const whole = Math.floor(value * 2 ** 53);
  return { high: Math.floor(whole / 2 ** 26) << 5, low: (whole % 2 ** 26) << 6, next: () => {} };
}

/** A source for policies that draw nothing. */
export const NO_DRAW: RandomSource = {
  high: 0,
  low: 0,
  next: () => {
    throw new Error('drew a number');
  },
};

/**
 * A 512th of a second: a whole number of nanoseconds that is also a whole power of two of a second, so that at whole
 * rates all token counts are exact and can be compared with whole numbers.
 */
export const TICK = SECOND / 512;

/** Times that do not go back, in `unit`s of up to `most` apart; often none. */
export function times(unit: number, most: number): fc.Arbitrary<number[]> {
  const gap = fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 3, arbitrary: fc.nat({ max: most }) });
  return fc.array(gap, { maxLength: 80 }).map((gaps) => {
    let now = 0;
    return gaps.map((gap) => (now += gap * unit));
  });
}

/** An attempt, or a charge, at a time. */
export interface Use {
  readonly now: number;
  /** 0 for an attempt. */
  readonly charge: number;
}

/** Attempts, and charges of whole or half costs among them. */
export function uses(unit: number, most: number): fc.Arbitrary<Use[]> {
  const charge = fc.oneof(
    { weight: 5, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 6 }).map((halves) => halves / 2) },
  );
  return times(unit, most).chain((nows) =>
    fc
      .array(charge, { minLength: nows.length, maxLength: nows.length })
      .map((charges) => nows.map((now, i) => ({ now, charge: charges[i] }))),
  );
}

/** What the attempts among `uses` were answered, in order. */
export function answers(policy: LimiterPolicy, uses: readonly Use[], random: RandomSource = NO_DRAW): number[] {
  const answers: number[] = [];
  for (const { now, charge } of uses) {
    if (charge > 0) policy.charge(now, charge);
    else answers.push(policy.acquire(now, random));
  }
  return answers;
}

/** When attempts at `nows` pass: at once, or after their wait. */
export function passages(policy: LimiterPolicy, nows: readonly number[], random: RandomSource = NO_DRAW): number[] {
  return nows.flatMap((now) => {
    const wait = policy.acquire(now, random);
    return wait < 0 ? [] : [now + wait];
  });
}

/** The most passages in any interval [t, t + length). */
export function mostWithin(passages: readonly number[], length: number): number {
  const sorted = passages.toSorted((a, b) => a - b);
  let most = 0;
  for (let first = 0, last = 0; last < sorted.length; last++) {
    while (sorted[last] - sorted[first] >= length) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

/** Makes a policy as a scenario does: by parsing what a person writes. */
export function make(
  definition: LimiterPolicyDefinition,
  written: Record<string, unknown> = {},
  draws: (ordinal: number) => number = () => 0.5,
): LimiterPolicy {
  const config = z.object(definition.parameters).parse(written);
  return definition.create(config as never, { uniform: draws });
}
