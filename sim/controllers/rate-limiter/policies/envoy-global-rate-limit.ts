import { DAY, HOUR, MINUTE, SECOND } from '../../../kernel/time.ts';
import { choice, integer } from '../../parameters.ts';
import { defineLimiterPolicy } from '../policy.ts';
import { FixedWindow } from './fixed-window.ts';

const UNITS = { second: SECOND, minute: MINUTE, hour: HOUR, day: DAY } as const;

export const envoyGlobalRateLimit = defineLimiterPolicy({
  name: 'envoyGlobalRateLimit',
  about: 'The rate limit service that all proxies ask: a counter for each unit of the clock.',
  product: 'envoyproxy/ratelimit',
  parameters: {
    requestsPerUnit: integer({ about: 'Requests that pass in one unit.' }),
    unit: choice(['second', 'minute', 'hour', 'day'], { about: 'The unit; counters begin at its multiples.' }),
  },
  sources: [
    'envoyproxy/ratelimit src/limiter/cache_key.go (window start), src/limiter/base_limiter.go (over limit)',
    'Envoy rate_limit filter: timeout 20 ms, failure_mode_deny false',
  ],
  knownToGetWrong: [
    'Fixed windows: twice the limit passes around a boundary.',
    'If the service does not answer within 20 ms the proxy lets the request pass (failure_mode_deny false): an overloaded ' +
      'limiter limits nothing. A scenario shows that with a crash of the layer and its overhead, not with this policy.',
  ],
  create: ({ requestsPerUnit, unit }) => new FixedWindow(requestsPerUnit, UNITS[unit]),
});
