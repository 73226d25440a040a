import type { RandomSource } from '../../kernel/random.ts';
import type { Kind } from '../../stack/result.ts';
import type { OwnDraws, PolicyDefinition } from '../definition.ts';
import { definePolicy } from '../definition.ts';

/** What `acquire` returns for an attempt that may not pass. */
export const DENIED = -1;

/**
 * The rule of a rate limiter, load shedder or concurrency limiter for one key. Pure: it is given the time
 * (nanoseconds, never going back), does no I/O and schedules nothing.
 */
export interface LimiterPolicy {
  /**
   * Asks for one attempt to pass. Returns 0 (passes now), a wait in nanoseconds after which it passes (its place is
   * reserved), or `DENIED`. `random` is this decision's own draw.
   */
  acquire(now: number, random: RandomSource): number;
  /** Takes `cost` more without asking: the penalty for a refusal. What the policy has is floored at nothing left. */
  charge(now: number, cost: number): void;
  /** A passage that had been let through ended after `duration` nanoseconds. */
  ended(now: number, kind: Kind, duration: number): void;
  /** How much of what it allows is used up now: 0 nothing, 1 the next attempt would be denied. For display. */
  used(now: number): number;
  /** How long a denied caller is held before it learns of it, in nanoseconds: products that block. Else left out. */
  readonly deniedAfter?: number;
  /**
   * An attempt that was told to wait until `passesAt` gave up before then. Implemented where the product takes the
   * place back; with the others it is lost.
   */
  abandoned?(now: number, passesAt: number): void;
}

export type LimiterPolicyDefinition = PolicyDefinition<LimiterPolicy, OwnDraws>;
export const defineLimiterPolicy = definePolicy<LimiterPolicy, OwnDraws>();
