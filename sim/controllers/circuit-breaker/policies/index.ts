import type { BreakerPolicyDefinition } from '../policy.ts';
import type { PolicyDefinition } from '../../definition.ts';
import type { ConcurrencyThresholds } from './concurrency-thresholds.ts';
import { consecutive } from './consecutive.ts';
import { countWindow } from './count-window.ts';
import { envoy } from './envoy.ts';
import { finagle } from './finagle.ts';
import { gobreaker } from './gobreaker.ts';
import { hystrix } from './hystrix.ts';
import { istio } from './istio.ts';
import { linkerd } from './linkerd.ts';
import { polly } from './polly.ts';
import { resilience4j } from './resilience4j.ts';
import { timeWindow } from './time-window.ts';

/** The policies of a circuit breaker that judge results, and open: the generic ones first. */
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

/** Those that limit what is under way at once, and have no state to open. */
export const THRESHOLD_POLICIES: readonly PolicyDefinition<ConcurrencyThresholds>[] = [envoy, istio];
