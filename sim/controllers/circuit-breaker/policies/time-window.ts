import { duration } from '../../parameters.ts';
import { defineBreakerPolicy } from '../policy.ts';
import { TimeSlidingWindow } from './time-sliding-window.ts';
import {
  WINDOWED_BREAKER_ERRORS,
  checkWindowedBreaker,
  windowedBreaker,
  windowedBreakerParameters,
} from './windowed-breaker.ts';

/** Into how many buckets the window is cut, so how finely it slides. */
export const TIME_WINDOW_BUCKETS = 100;

/** A window of `length` nanoseconds that slides by a hundredth of it: a call is forgotten at most so much too early. */
export function slidingTimeWindow(length: number): TimeSlidingWindow {
  return new TimeSlidingWindow(-Math.floor(-length / TIME_WINDOW_BUCKETS), TIME_WINDOW_BUCKETS);
}

export const timeWindow = defineBreakerPolicy({
  name: 'timeWindow',
  about: 'Opens when the share of failed (or slow) calls within a sliding window of time reaches a threshold.',
  parameters: {
    window: duration({
      about:
        'How far back calls are judged. It slides in steps of a hundredth: a call is forgotten after 99% to 100% of it.',
      default: '10s',
      min: '1us',
      source: 'overcontrol, as Hystrix',
    }),
    ...windowedBreakerParameters,
  },
  check: checkWindowedBreaker,
  sources: ['the state machine of resilience4j/resilience4j af9e7c979, and its time-based window with finer buckets'],
  knownToGetWrong: [
    ...WINDOWED_BREAKER_ERRORS,
    'Its memory is measured in time: a short burst of failures is judged alone when there is little traffic.',
  ],
  create: (config) => windowedBreaker(config, slidingTimeWindow(config.window)),
});
