import type { RandomSource } from '../../../kernel/random.ts';
import { MILLISECOND } from '../../../kernel/time.ts';
import { flag, integer, rate } from '../../parameters.ts';
import type { LimiterPolicy } from '../policy.ts';
import { defineLimiterPolicy, DENIED } from '../policy.ts';

/** One request, in the thousandths in which nginx counts. */
const REQUEST = 1000;
/** The excess of a key that nobody has used: the first request brings it to 0. */
const UNUSED = -REQUEST;

/**
 * nginx `limit_req` (ngx_http_limit_req_module.c at 3f6f7824d), one zone. `excess` is by how many thousandths of a
 * request a key is ahead of the rate; above `burst` it is refused, above `delay` it waits until it would be no more.
 *
 * Everything is whole, as in nginx: milliseconds, thousandths of a request, and the product of both cut down; so at a
 * rate of a few a minute passages close together drain nothing. A refusal changes nothing.
 */
export class Nginx implements LimiterPolicy {
  /** Thousandths of a request a second. */
  private readonly rate: number;
  private readonly burst: number;
  private readonly delay: number;
  private excess = UNUSED;
  /** Milliseconds. */
  private last = 0;

  /** @param rate requests a second; @param burst and @param delay requests; a delay of Infinity is `nodelay` */
  constructor(rate: number, burst: number, delay: number) {
    // Configured as whole requests a second or a minute: the product must not lose a thousandth to rounding.
    this.rate = Math.floor(rate * REQUEST + 1e-6);
    this.burst = burst * REQUEST;
    this.delay = delay * REQUEST;
  }

  acquire(now: number, _random?: RandomSource): number {
    const milliseconds = Math.floor(now / MILLISECOND);
    const excess = this.excessAt(milliseconds);
    if (excess > this.burst) return DENIED;
    this.excess = excess;
    this.last = milliseconds;
    if (excess <= this.delay) return 0;
    return Math.floor(((excess - this.delay) * 1000) / this.rate) * MILLISECOND;
  }

  charge(now: number, cost: number): void {
    const milliseconds = Math.floor(now / MILLISECOND);
    const before = this.excessAt(milliseconds) - REQUEST;
    this.excess = Math.max(before, Math.min(this.burst, before + cost * REQUEST));
    this.last = milliseconds;
  }

  ended(): void {}

  used(now: number): number {
    const excess = this.excessAt(Math.floor(now / MILLISECOND));
    return excess > this.burst ? 1 : excess / (this.burst + REQUEST);
  }

  /** What the excess would be with one request more. */
  private excessAt(milliseconds: number): number {
    const drained = Math.floor((this.rate * (milliseconds - this.last)) / 1000);
    return Math.max(0, this.excess - drained + REQUEST);
  }
}

export const nginx = defineLimiterPolicy({
  name: 'nginx',
  about: 'A leaky bucket that passes, delays or denies by how far a client is ahead of its rate.',
  product: 'nginx limit_req',
  parameters: {
    rate: rate({ about: 'Requests in the long run, whole a second or a minute.', min: '1/m' }),
    burst: integer({
      about: 'Requests by which a client may be ahead of the rate before it is denied.',
      default: 0,
      source: 'nginx ngx_http_limit_req_module.c: burst = 0',
    }),
    delay: integer({
      about: 'Requests by which it may be ahead before it is delayed.',
      default: 0,
      source: 'nginx ngx_http_limit_req_module.c: delay = 0',
    }),
    nodelay: flag({
      about: 'Whether what is within the burst passes at once instead of being delayed.',
      default: false,
      source: 'nginx ngx_http_limit_req_module.c: without `nodelay`',
    }),
  },
  sources: ['nginx src/http/modules/ngx_http_limit_req_module.c at 3f6f7824d'],
  knownToGetWrong: [
    'Without a burst two requests in the same 1 / rate are one too many, however seldom they come.',
    'The time is cut to milliseconds and the drained part to thousandths of a request: at low rates it drains too little.',
    'A delayed request keeps its place though its client may have gone.',
    'It answers 503 unless limit_req_status says otherwise, which looks like a failure of the server.',
  ],
  create: ({ rate, burst, delay, nodelay }) => new Nginx(rate, burst, nodelay ? Infinity : delay),
});
