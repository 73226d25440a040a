import { NEVER } from '../../../kernel/time.ts';
import { duration, integer, share } from '../../parameters.ts';
import { Resilience4jBreaker } from './resilience4j-breaker.ts';
import type { SlidingWindow } from './sliding-window.ts';

/** What the generic windowed breakers have in common, as their parameters parse to it. */
export interface WindowedBreakerConfig {
  readonly minimumCalls: number;
  readonly failureRate: number;
  readonly waitOpen: number;
  readonly halfOpenCalls: number;
  readonly slowCall?: number | undefined;
  readonly slowCallRate: number;
}

/** The parameters of the generic windowed breakers, apart from the window itself. */
export const windowedBreakerParameters = {
  minimumCalls: integer({
    about: 'Fewer calls than this in the window are not judged.',
    default: 20,
    min: 1,
    source: 'overcontrol, after Hystrix (requestVolumeThreshold)',
  }),
  failureRate: share({
    about: 'Opens at this share of failed calls or more.',
    default: '50%',
    source: 'overcontrol, as Resilience4j and Hystrix',
  }),
  waitOpen: duration({
    about: 'How long it stays open; the first call after that is a probe.',
    default: '30s',
    source: 'overcontrol, as the base ejection time of Envoy',
  }),
  halfOpenCalls: integer({
    about: 'How many probes are let through, and judged together.',
    default: 10,
    min: 1,
    source: 'overcontrol, as Resilience4j',
  }),
  slowCall: duration({
    about: 'A call that takes longer than this is slow; if left out, no call is.',
    min: '1ns',
  }).optional(),
  slowCallRate: share({
    about: 'Opens at this share of slow calls or more.',
    default: '100%',
    source: 'overcontrol, as Resilience4j',
  }),
};

export function checkWindowedBreaker(config: WindowedBreakerConfig): string | undefined {
  if (config.failureRate === 0) return 'failureRate must be above 0%';
  if (config.slowCallRate === 0) return 'slowCallRate must be above 0%';
  return undefined;
}

export const WINDOWED_BREAKER_ERRORS: readonly string[] = [
  'Late results of calls from before it opened are judged as if they were its probes.',
  'Calls are counted when they end, so that calls which hang are not seen until they do.',
  'Once below the minimum number of calls it is blind, however bad they are.',
];

/** The state machine of Resilience4j under generic names. */
export function windowedBreaker(config: WindowedBreakerConfig, window: SlidingWindow): Resilience4jBreaker {
  return new Resilience4jBreaker(
    {
      failureRateThreshold: config.failureRate * 100,
      slowCallRateThreshold: config.slowCallRate * 100,
      slowCallDurationThreshold: config.slowCall ?? NEVER,
      minimumNumberOfCalls: config.minimumCalls,
      permittedNumberOfCallsInHalfOpenState: config.halfOpenCalls,
      waitIntervalFunctionInOpenState: () => config.waitOpen,
      automaticTransitionFromOpenToHalfOpenEnabled: false,
      maxWaitDurationInHalfOpenState: 0,
      transitionToStateAfterWaitDuration: 'OPEN',
    },
    window,
  );
}
