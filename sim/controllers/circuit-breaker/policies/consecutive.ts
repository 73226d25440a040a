import { duration, integer } from '../../parameters.ts';
import { defineBreakerPolicy } from '../policy.ts';
import { GobreakerBreaker } from './gobreaker-breaker.ts';
import { moreConsecutiveFailuresThan } from './gobreaker.ts';

export const consecutive = defineBreakerPolicy({
  name: 'consecutive',
  about: 'Opens after so many failures in a row; closes after so many successful probes in a row.',
  parameters: {
    failures: integer({
      about: 'How many failures in a row open it.',
      default: 5,
      min: 1,
      source: 'overcontrol, as Envoy (consecutive_5xx) and Finagle',
    }),
    waitOpen: duration({
      about: 'How long it stays open; the first call after that is a probe.',
      default: '30s',
      source: 'overcontrol, as the base ejection time of Envoy',
    }),
    halfOpenCalls: integer({
      about: 'How many probes are let through; all of them must succeed to close it.',
      default: 1,
      min: 1,
      source: 'overcontrol, as gobreaker (MaxRequests)',
    }),
  },
  sources: ['the state machine of sony/gobreaker fed8e9e'],
  knownToGetWrong: [
    'A single success hides any number of failures before it.',
    'Its memory is measured in calls: with little traffic it judges by what happened long ago.',
    'Several calls that fail for one reason at one moment open it.',
  ],
  create: (config) =>
    new GobreakerBreaker({
      maxRequests: config.halfOpenCalls,
      interval: 0,
      bucketPeriod: 0,
      timeout: config.waitOpen,
      readyToTrip: moreConsecutiveFailuresThan(config.failures - 1),
    }),
});
