/**
 * The policies of rate limiters, load shedders and concurrency limiters: each file is one algorithm, with its source
 * and its defaults. To add one, write its file and test and name it here. They may import the kernel, the kinds of
 * results and what all controllers share; nothing else of the simulator.
 */
import type { LimiterPolicyDefinition } from '../policy.ts';
import { adaptiveThrottle } from './adaptive-throttle.ts';
import { aimd } from './aimd.ts';
import { awsAdaptive } from './aws-adaptive.ts';
import { concurrencyLimit } from './concurrency-limit.ts';
import { envoyGlobalRateLimit } from './envoy-global-rate-limit.ts';
import { envoyGradient } from './envoy-gradient.ts';
import { envoyLocalRateLimit } from './envoy-local-rate-limit.ts';
import { envoyTokenBucket } from './envoy-token-bucket.ts';
import { fixedWindow } from './fixed-window.ts';
import { gcra } from './gcra.ts';
import { goRate } from './go-rate.ts';
import { gradient2 } from './gradient2.ts';
import { grpcAdaptiveThrottle } from './grpc-adaptive-throttle.ts';
import { leakyBucket } from './leaky-bucket.ts';
import { nginx } from './nginx.ts';
import { resilience4jRateLimiter } from './resilience4j-rate-limiter.ts';
import { slidingCounter } from './sliding-counter.ts';
import { slidingWindow } from './sliding-window.ts';
import { tokenBucket } from './token-bucket.ts';
import { vegas } from './vegas.ts';

export const LIMITER_POLICIES: readonly LimiterPolicyDefinition[] = [
  tokenBucket,
  slidingWindow,
  slidingCounter,
  fixedWindow,
  leakyBucket,
  nginx,
  gcra,
  adaptiveThrottle,
  concurrencyLimit,
  goRate,
  envoyTokenBucket,
  envoyLocalRateLimit,
  envoyGlobalRateLimit,
  envoyGradient,
  resilience4jRateLimiter,
  grpcAdaptiveThrottle,
  aimd,
  vegas,
  gradient2,
  awsAdaptive,
];
