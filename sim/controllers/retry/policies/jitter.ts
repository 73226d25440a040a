import { uniform } from '../../../kernel/random.ts';
import type { RandomSource } from '../../../kernel/random.ts';
import { wholeNanoseconds } from '../../../kernel/time.ts';

export const JITTERS = ['none', 'full', 'equal'] as const;
/** How a computed wait v is spread: not at all, uniform on [0, v), or uniform on [v/2, v). */
export type Jitter = (typeof JITTERS)[number];

/**
 * Spreads a wait; the result is the nearest whole nanosecond.
 *
 * Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015, and
 * aws-samples/aws-arch-backoff-simulator src/backoff_simulator.py.
 */
export function jittered(wait: number, jitter: Jitter, random: RandomSource): number {
  if (jitter === 'none') return wholeNanoseconds(wait);
  const u = uniform(random);
  return wholeNanoseconds(jitter === 'full' ? u * wait : wait / 2 + (u * wait) / 2);
}
