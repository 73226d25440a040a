/**
 * Retry policies, generic and products': each resolves to one plain `RetryPolicy`. Backoffs, budgets and what an answer
 * may wish for are pages of their own beside them; nothing here knows the simulator, all time and randomness is passed in.
 * To add one, define it with `defineRetryPolicy` and list it here.
 */
import type { RetryPolicyDefinition } from '../policy.ts';
import { awsAdaptive } from './aws-adaptive.ts';
import { awsStandard } from './aws-standard.ts';
import { constant } from './constant.ts';
import { envoy } from './envoy.ts';
import { exponential } from './exponential.ts';
import { finagle } from './finagle.ts';
import { grpcHedging } from './grpc-hedging.ts';
import { grpc } from './grpc.ts';
import { istio } from './istio.ts';
import { linear } from './linear.ts';
import { linkerdRoute } from './linkerd-route.ts';
import { linkerd } from './linkerd.ts';
import { polly } from './polly.ts';
import { resilience4j } from './resilience4j.ts';

export {
  BUDGET_SPENT,
  decideRetry,
  LIMIT_REACHED,
  NOT_RETRYABLE,
  RETRY,
  RETRY_DECISION_NAMES,
} from './retry-decision.ts';
export type { RetryDecision } from './retry-decision.ts';
export { isRetryable, RETRY_CONDITIONS, retryOn } from './retry-on.ts';
export type { RetryCondition } from './retry-on.ts';

/** The policy of a retry layer that names none. */
export const DEFAULT_RETRY_POLICY: RetryPolicyDefinition = exponential;

export const RETRY_POLICIES: readonly RetryPolicyDefinition[] = [
  exponential,
  linear,
  constant,
  envoy,
  istio,
  grpc,
  grpcHedging,
  finagle,
  linkerd,
  linkerdRoute,
  resilience4j,
  polly,
  awsStandard,
  awsAdaptive,
];
