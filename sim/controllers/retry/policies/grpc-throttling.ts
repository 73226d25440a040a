import { z } from 'zod';
import { duration, integer, number } from '../../parameters.ts';
import type { RetryBudget } from '../policy.ts';
import { GrpcRetryThrottle } from './grpc-retry-throttle.ts';

export const A6 = 'gRFC A6';
/** Higher values count as this. */
const MOST_ATTEMPTS = 5;

/** What gRPC's retry policy and its hedging policy have in common. */
export const GRPC_PARAMETERS = {
  maxAttempts: integer({
    about: 'Most attempts of one call, the first included; above 5 it counts as 5.',
    min: 2,
    source: A6,
  }),
  timeout: duration({
    about: 'The deadline of the call, which all attempts and waits share; none if left out.',
    min: '1ns',
    source: 'gRPC service config MethodConfig.timeout',
  }).optional(),
  retryThrottling: z
    .strictObject({
      maxTokens: integer({ about: 'Where the count of tokens starts, and its most.', min: 1, max: 1000, source: A6 }),
      tokenRatio: number({
        about: 'What a success adds to the count; three decimals count.',
        min: 0.001,
        max: 1000,
        source: A6,
      }),
    })
    .optional()
    .meta({ description: 'Stops retries and hedges while the count is at half or below; off if left out.' }),
};

interface Throttling {
  readonly maxTokens: number;
  readonly tokenRatio: number;
}

export function throttleOf(throttling: Throttling | undefined): (() => RetryBudget) | null {
  if (throttling === undefined) return null;
  return () => new GrpcRetryThrottle(throttling.maxTokens, throttling.tokenRatio);
}

export function attemptsOf(maxAttempts: number): number {
  return Math.min(maxAttempts, MOST_ATTEMPTS);
}
