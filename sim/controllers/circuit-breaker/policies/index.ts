import type { BreakerPolicyDefinition } from '../policy.ts';
import { consecutive } from './consecutive.ts';
import { countWindow } from './count-window.ts';
import { finagle } from './finagle.ts';
import { gobreaker } from './gobreaker.ts';
import { hystrix } from './hystrix.ts';
import { linkerd } from './linkerd.ts';
import { polly } from './polly.ts';
import { resilience4j } from './resilience4j.ts';
import { timeWindow } from './time-window.ts';

/** Every policy of a circuit breaker that a scenario can name: the generic ones first. */
export const BREAKER_POLICIES: readonly BreakerPolicyDefinition[] = [
  consecutive,
  countWindow,
  timeWindow,
  resilience4j,
  hystrix,
  polly,
  gobreaker,
  finagle,
  linkerd,
];
