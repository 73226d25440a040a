import { choice, duration, integer, share } from '../../parameters.ts';
import { defineBreakerPolicy } from '../policy.ts';
import { GobreakerBreaker } from './gobreaker-breaker.ts';
import type { GobreakerSettings } from './gobreaker-breaker.ts';

const SETTINGS = 'gobreaker v2/gobreaker.go';
const README = 'gobreaker README.md (example)';
const MAX_BUCKETS = 10_000;

/** gobreaker's default `ReadyToTrip`: more than `limit` failures in a row. */
export function moreConsecutiveFailuresThan(limit: number): GobreakerSettings['readyToTrip'] {
  return (counts) => counts.consecutiveFailures > limit;
}

/** The `ReadyToTrip` of gobreaker's example: a share of failures among at least so many requests. */
export function failureRatioOf(ratio: number, minimumRequests: number): GobreakerSettings['readyToTrip'] {
  return (counts) => {
    const requests = counts.validRequests;
    return requests > 0 && requests >= minimumRequests && counts.totalFailures / requests >= ratio;
  };
}

export const gobreaker = defineBreakerPolicy({
  name: 'gobreaker',
  product: 'sony/gobreaker',
  about:
    'Opens on too many failures in a row, or on a share of failures since the last reset; results of calls that began ' +
    'before its state last changed are dropped.',
  parameters: {
    MaxRequests: integer({
      about: 'Requests let through while half-open, and successes in a row that close it (0 is taken as 1).',
      default: 1,
      source: SETTINGS,
    }),
    Interval: duration({
      about: 'While closed, the counts are cleared after this long; 0: never.',
      default: '0s',
      source: SETTINGS,
    }),
    BucketPeriod: duration({
      about: 'Above 0, the counts of an interval roll in buckets of this length; 0: they are cleared all at once.',
      default: '0s',
      source: SETTINGS,
    }),
    Timeout: duration({
      about: 'How long it stays open.',
      default: '60s',
      min: '1ns',
      source: SETTINGS,
    }),
    ReadyToTrip: choice(['consecutiveFailures', 'failureRatio'], {
      about: 'What opens it (in the product a function): a run of failures, or a share of them.',
      default: 'consecutiveFailures',
      source: SETTINGS,
    }),
    ConsecutiveFailures: integer({
      about: 'For consecutiveFailures: opens on more failures in a row than this.',
      default: 5,
      source: SETTINGS,
    }),
    FailureRatio: share({
      about: 'For failureRatio: opens at this share of failures or more.',
      default: '60%',
      source: README,
    }),
    MinimumRequests: integer({
      about: 'For failureRatio: fewer requests than this are not judged.',
      default: 3,
      min: 1,
      source: README,
    }),
  },
  check(config) {
    if (config.BucketPeriod > 0 && config.Interval / config.BucketPeriod > MAX_BUCKETS) {
      return `Interval must be at most ${MAX_BUCKETS} times BucketPeriod`;
    }
    return undefined;
  },
  sources: ['sony/gobreaker fed8e9e: v2/gobreaker.go, v2/counter.go, README.md'],
  knownToGetWrong: [
    'By default nothing but a success ends a run of failures: five failures a day apart and a sixth open it.',
    'A tumbling interval forgets everything at once; the next begins with the first call after it, not by the clock.',
    'The failure ratio counts requests still in flight as not failed, so that a backend that hangs dilutes it.',
    'One failure of a probe opens it again, however many others succeed.',
  ],
  create: (config) =>
    new GobreakerBreaker({
      maxRequests: config.MaxRequests,
      interval: config.Interval,
      bucketPeriod: config.BucketPeriod,
      timeout: config.Timeout,
      readyToTrip:
        config.ReadyToTrip === 'consecutiveFailures'
          ? moreConsecutiveFailuresThan(config.ConsecutiveFailures)
          : failureRatioOf(config.FailureRatio, config.MinimumRequests),
    }),
});
