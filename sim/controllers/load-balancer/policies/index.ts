import type { BalancerPolicyDefinition } from '../policy.ts';
import { leastRequest } from './least-request.ts';
import { localFirst } from './local-first.ts';
import { lowestLatency } from './lowest-latency.ts';
import { peakEwma } from './peak-ewma-policy.ts';
import { random } from './random.ts';
import { roundRobin } from './round-robin.ts';

/** Every policy of a load balancer that a scenario can name: the generic ones first. */
export const BALANCER_POLICIES: readonly BalancerPolicyDefinition[] = [
  random,
  roundRobin,
  leastRequest,
  lowestLatency,
  peakEwma,
  localFirst,
];
