import { MAX_TIME, MILLISECOND, SECOND } from '../../../kernel/time.ts';
import { choice, duration, flag, integer, number, share } from '../../parameters.ts';
import { defineBreakerPolicy } from '../policy.ts';
import { CountSlidingWindow } from './count-sliding-window.ts';
import { Resilience4jBreaker } from './resilience4j-breaker.ts';
import { TimeSlidingWindow } from './time-sliding-window.ts';

const CONFIG = 'Resilience4j CircuitBreakerConfig.java';
const INTERVAL = 'Resilience4j IntervalFunction.java';

/**
 * Resilience4j's `IntervalFunction.ofExponentialBackoff`: the first wait times `multiplier` for each further time in a
 * row, each step cut to whole milliseconds, at most `max`. Durations in nanoseconds.
 */
export function exponentialWait(first: number, multiplier: number, max = MAX_TIME): (attempts: number) => number {
  const firstMillis = Math.floor(first / MILLISECOND);
  const maxMillis = Math.floor(max / MILLISECOND);
  return (attempts) => {
    let millis = firstMillis;
    for (let n = 1; n < attempts && millis < maxMillis; n += 1) millis = Math.floor(millis * multiplier);
    return Math.min(millis, maxMillis) * MILLISECOND;
  };
}

export const resilience4j = defineBreakerPolicy({
  name: 'resilience4j',
  product: 'Resilience4j',
  about:
    'Opens when the share of failed, or of slow, calls in a window of calls or of seconds reaches a threshold; ' +
    'then tries a handful of calls and judges them as a whole.',
  parameters: {
    failureRateThreshold: share({
      about: 'Opens at this share of failed calls or more (the product writes percent: 50).',
      default: '50%',
      source: CONFIG,
    }),
    slowCallRateThreshold: share({
      about: 'Opens at this share of slow calls or more (the product writes percent: 100).',
      default: '100%',
      source: CONFIG,
    }),
    slowCallDurationThreshold: duration({
      about: 'A call that takes longer than this is slow.',
      default: '60s',
      min: '1ns',
      source: CONFIG,
    }),
    slidingWindowType: choice(['COUNT_BASED', 'TIME_BASED'], {
      about: 'Whether the window is the last calls, or the calls of the last whole seconds.',
      default: 'COUNT_BASED',
      source: CONFIG,
    }),
    slidingWindowSize: integer({
      about: 'Length of the window: calls, or seconds.',
      default: 100,
      min: 1,
      source: CONFIG,
    }),
    minimumNumberOfCalls: integer({
      about: 'Fewer calls than this in the window are not judged (a window of calls caps it at its own length).',
      default: 100,
      min: 1,
      source: CONFIG,
    }),
    waitDurationInOpenState: duration({
      about: 'How long it stays open, the first time.',
      default: '60s',
      min: '1ms',
      source: CONFIG,
    }),
    waitIntervalFunctionInOpenState: choice(['constant', 'exponential'], {
      about: 'How the wait grows each time that it opens again without having closed.',
      default: 'constant',
      source: CONFIG,
    }),
    exponentialBackoffMultiplier: number({
      about: 'Factor of an exponential wait.',
      default: 1.5,
      min: 1,
      source: INTERVAL,
    }),
    exponentialMaxWaitDurationInOpenState: duration({
      about: 'The longest exponential wait; none if left out.',
      min: '1ms',
      source: INTERVAL,
    }).optional(),
    automaticTransitionFromOpenToHalfOpenEnabled: flag({
      about: 'Half-opens by a timer; otherwise with the first call after the wait.',
      default: false,
      source: CONFIG,
    }),
    permittedNumberOfCallsInHalfOpenState: integer({
      about: 'How many calls a half-open breaker lets through.',
      default: 10,
      min: 1,
      source: CONFIG,
    }),
    maxWaitDurationInHalfOpenState: duration({
      about: 'How long it stays half-open at most; 0: for as long as it takes.',
      default: '0s',
      source: CONFIG,
    }),
    transitionToStateAfterWaitDuration: choice(['OPEN', 'CLOSED'], {
      about: 'What it becomes when that time is over.',
      default: 'OPEN',
      source: CONFIG,
    }),
  },
  check(config) {
    if (config.failureRateThreshold === 0) return 'failureRateThreshold must be above 0%';
    if (config.slowCallRateThreshold === 0) return 'slowCallRateThreshold must be above 0%';
    return undefined;
  },
  sources: [
    'resilience4j/resilience4j af9e7c979: CircuitBreakerStateMachine, CircuitBreakerMetrics, CircuitBreakerConfig',
    'resilience4j/resilience4j af9e7c979: FixedSizeSlidingWindowMetrics, SlidingTimeWindowMetrics, IntervalFunction',
  ],
  knownToGetWrong: [
    'A success can open it: the rates are checked after every call, and the first call above the minimum may be one.',
    'Results carry no generation: late results of calls from before it opened are judged as if they were its probes.',
    'A window of N seconds is N whole seconds with the current partial one among them: N-1 to N seconds long.',
    'Calls are counted when they end, so that calls which hang are not seen until they do.',
    'Without automatic transition a breaker that nobody calls stays open, whatever the clock says.',
  ],
  create: (config) =>
    new Resilience4jBreaker(
      {
        ...config,
        failureRateThreshold: config.failureRateThreshold * 100,
        slowCallRateThreshold: config.slowCallRateThreshold * 100,
        waitIntervalFunctionInOpenState:
          config.waitIntervalFunctionInOpenState === 'constant'
            ? () => config.waitDurationInOpenState
            : exponentialWait(
                config.waitDurationInOpenState,
                config.exponentialBackoffMultiplier,
                config.exponentialMaxWaitDurationInOpenState,
              ),
      },
      config.slidingWindowType === 'COUNT_BASED'
        ? new CountSlidingWindow(config.slidingWindowSize)
        : new TimeSlidingWindow(SECOND, config.slidingWindowSize),
    ),
});
