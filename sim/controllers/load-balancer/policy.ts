import type { z } from 'zod';
import type { RandomSource } from '../../kernel/random.ts';
import type { Kind } from '../../stack/result.ts';
import type { OwnDraws, PolicyDefinition } from '../definition.ts';
import { definePolicy } from '../definition.ts';

/** The instances of a service as a balancer sees them. Instances are known by their index, 0 to `size` - 1. */
export interface HostView {
  /** Most instances that there can be. */
  readonly size: number;
  /** The instances that may be chosen now are hosts[0] to hosts[count - 1], by index. */
  readonly hosts: Int32Array;
  readonly count: number;
  isCandidate(host: number): boolean;
  /**
   * Requests in the instance as seen: late and sampled for `reported`, the balancer's own in flight for `own`, with its own
   * picks since the last sample where it counts them. 0 for an instance of which nothing has been seen.
   */
  load(host: number): number;
  /** Relative capacity of an instance, where the scenario gives one; else 1. */
  weight(host: number): number;
  /** When the balancer learned of an instance; -Infinity for those that were there at the start. */
  joinedAt(host: number): number;
  /** Of a zone or region, the share of its instances that are ready; of an instance 1. */
  health(host: number): number;
}

/**
 * The rule by which a balancer chooses. Pure: it is given the time (nanoseconds, never going back) and its draws, holds
 * its own small state, does no I/O and schedules nothing.
 */
export interface BalancerPolicy {
  /** Chooses one of the view's candidates (there is at least one). `random` is this decision's own draw. */
  pick(now: number, random: RandomSource, key: number): number;
  /** Its belief of what it chose, in its own terms (requests, a cost); NaN if it has none. */
  believed(host: number, now: number): number;
  /** The load of an instance changed in the view. */
  loadChanged?(host: number): void;
  /** Instances joined, left, were ejected or readmitted. */
  candidatesChanged?(now: number): void;
  /** An attempt was sent to an instance. */
  sent?(host: number, now: number): void;
  /** An attempt ended, as it is seen: late for `reported`. `duration` is the attempt's, nanoseconds. */
  ended?(host: number, now: number, kind: Kind, duration: number): void;
  /** Nanoseconds between load reports of the instances, where the policy wants any. */
  readonly reportEvery?: number;
  /** An instance reports requests and errors a second, and the share of its slots in use, over the last period. */
  reported?(host: number, now: number, qps: number, eps: number, utilization: number): void;
}

/** What a balancer's policy is made with. */
export interface BalancerContext {
  readonly view: HostView;
  readonly draws: OwnDraws;
  /** A name for each instance that stays the same, for hashing. */
  nameOf(host: number): string;
  /** Requests in an instance, asked of itself: what an answered probe says. */
  probe(host: number): number;
  /** Index of the copy of the layer, and how many copies there are, where that is known; else 0 and 1. */
  readonly copy: number;
  readonly copies: number;
}

export interface BalancerPolicyDefinition extends PolicyDefinition<BalancerPolicy, BalancerContext> {
  /** Whether it looks at loads or at results, and so can be late. */
  readonly looksAt: readonly ('load' | 'results' | 'reports' | 'probes')[];
  /** Whether it chooses by a key: the request's client, so that the same goes to the same instance, or the caller's zone. */
  readonly byKey?: boolean;
  /** Chooses a zone or region, not an instance. */
  readonly poolsOnly?: boolean;
}

const define = definePolicy<BalancerPolicy, BalancerContext>();

/** Types the definition of a balancer's policy: `config` in `check` and `create` is what `parameters` parse to. */
export function defineBalancerPolicy<const Shape extends z.ZodRawShape>(
  definition: Omit<BalancerPolicyDefinition, 'parameters' | 'check' | 'create'> & {
    readonly parameters: Shape;
    check?(config: z.output<z.ZodObject<Shape>>): string | undefined;
    create(config: z.output<z.ZodObject<Shape>>, context: BalancerContext): BalancerPolicy;
  },
): BalancerPolicyDefinition {
  const { looksAt, byKey, poolsOnly } = definition;
  return {
    ...define(definition),
    looksAt,
    ...(byKey === undefined ? {} : { byKey }),
    ...(poolsOnly === undefined ? {} : { poolsOnly }),
  };
}
