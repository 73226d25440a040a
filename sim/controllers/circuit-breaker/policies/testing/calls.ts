import { z } from 'zod';
import { NO_TICKET } from '../../policy.ts';
import type { BreakerPolicy, BreakerPolicyDefinition } from '../../policy.ts';

/** A whole call that ends at once as a success; says whether it was let through. */
export function succeed(policy: BreakerPolicy, now: number, duration = 0): boolean {
  return whole(policy, now, false, duration);
}

/** A whole call that ends at once as a failure; says whether it was let through. */
export function fail(policy: BreakerPolicy, now: number, duration = 0): boolean {
  return whole(policy, now, true, duration);
}

/** So many failures at once, each of which must be let through. */
export function failTimes(policy: BreakerPolicy, now: number, times: number): void {
  for (let n = 0; n < times; n += 1) {
    if (!fail(policy, now)) throw new Error(`failure ${n + 1} of ${times} was not let through`);
  }
}

function whole(policy: BreakerPolicy, now: number, failed: boolean, duration: number): boolean {
  const ticket = policy.acquire(now);
  if (ticket === NO_TICKET) return false;
  policy.record(now, ticket, failed, duration);
  return true;
}

/** Draws that are all the same. */
export function sameDraw(value: number): { uniform(ordinal: number): number } {
  return { uniform: () => value };
}

/** A policy as a scenario makes it: `written` goes through its schema and its check. */
export function build(
  definition: BreakerPolicyDefinition,
  written: Readonly<Record<string, unknown>> = {},
  draws = sameDraw(0),
): BreakerPolicy {
  const config = z.strictObject(definition.parameters).parse(written) as never;
  const complaint = definition.check?.(config);
  if (complaint !== undefined) throw new Error(complaint);
  return definition.create(config, draws);
}
