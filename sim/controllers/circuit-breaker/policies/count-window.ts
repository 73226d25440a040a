import { integer } from '../../parameters.ts';
import { defineBreakerPolicy } from '../policy.ts';
import { CountSlidingWindow } from './count-sliding-window.ts';
import {
  WINDOWED_BREAKER_ERRORS,
  checkWindowedBreaker,
  windowedBreaker,
  windowedBreakerParameters,
} from './windowed-breaker.ts';

export const countWindow = defineBreakerPolicy({
  name: 'countWindow',
  about: 'Opens when the share of failed (or slow) calls among the last calls reaches a threshold.',
  parameters: {
    window: integer({
      about: 'How many of the last calls are judged.',
      default: 100,
      min: 1,
      source: 'overcontrol, as Resilience4j',
    }),
    ...windowedBreakerParameters,
  },
  check: checkWindowedBreaker,
  sources: ['the state machine and the count-based window of resilience4j/resilience4j af9e7c979'],
  knownToGetWrong: [
    ...WINDOWED_BREAKER_ERRORS,
    'Its memory is measured in calls: with little traffic it judges by what happened long ago.',
  ],
  create: (config) => windowedBreaker(config, new CountSlidingWindow(config.window)),
});
