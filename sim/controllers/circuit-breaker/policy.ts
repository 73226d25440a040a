import type { OwnDraws, PolicyDefinition } from '../definition.ts';
import { definePolicy } from '../definition.ts';

export const CLOSED = 0;
export const OPEN = 1;
export const HALF_OPEN = 2;
export type BreakerState = 0 | 1 | 2;
export const BREAKER_STATE_NAMES = ['closed', 'open', 'halfOpen'] as const;

/** What `acquire` returns for a call that may not pass. */
export const NO_TICKET = -1;

/**
 * The rule of a circuit breaker for one key. Pure: it is given the time (nanoseconds, never going back), does no I/O
 * and schedules nothing; transitions that are due by the clock are made when it is next asked.
 */
export interface BreakerPolicy {
  /** The state as of now. */
  state(now: number): BreakerState;
  /**
   * Asks for one call to pass. Returns a ticket (zero or more: a generation, or 0 where the product has none) to hand
   * back with the call's result, or `NO_TICKET`.
   */
  acquire(now: number): number;
  /** A call that had been let through ended after `duration` nanoseconds, as a failure or a success. */
  record(now: number, ticket: number, failed: boolean, duration: number): void;
  /** A call that had been let through ended in a way that does not count; a permit that it held is free again. */
  release(now: number, ticket: number): void;
  /**
   * Whether what the policy now sees meets its condition to open, its memory of having opened set aside. It changes
   * nothing that `state` or `acquire` would show.
   */
  tripped(now: number): boolean;
}

export type BreakerPolicyDefinition = PolicyDefinition<BreakerPolicy, OwnDraws>;
export const defineBreakerPolicy = definePolicy<BreakerPolicy, OwnDraws>();
