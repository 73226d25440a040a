import { z } from 'zod';
import type { RetryPolicy, RetryPolicyDefinition } from '../../policy.ts';

/** What a scenario's text resolves to; throws what is wrong with it. */
export function resolve(definition: RetryPolicyDefinition, written: Record<string, unknown> = {}): RetryPolicy {
  const config = z.strictObject(definition.parameters).parse(written) as never;
  const complaint = definition.check?.(config);
  if (complaint !== undefined) throw new Error(complaint);
  return definition.create(config, undefined);
}
