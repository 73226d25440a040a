import { duration, integer } from '../../parameters.ts';
import type { ConfigOf } from '../../shared/product.ts';
import { describeProduct } from '../../shared/product.ts';

const SOURCE = 'HAProxy configuration manual, server keyword';

export const haproxyHealthCheck = describeProduct({
  name: 'haproxy',
  product: 'HAProxy',
  about: 'Checks every server at intervals: `fall` failures in a row take it out, `rise` successes bring it back.',
  parameters: {
    inter: duration({ about: 'Time between checks.', default: '2s', min: '1ms', source: `${SOURCE} inter` }),
    fastinter: duration({
      about: 'The same while between up and down; inter if left out.',
      min: '1ms',
      source: `${SOURCE} fastinter`,
    }).optional(),
    downinter: duration({
      about: 'The same while down; inter if left out.',
      min: '1ms',
      source: `${SOURCE} downinter`,
    }).optional(),
    rise: integer({
      about: 'Successes in a row that bring a server back.',
      default: 2,
      min: 1,
      source: `${SOURCE} rise`,
    }),
    fall: integer({ about: 'Failures in a row that take it out.', default: 3, min: 1, source: `${SOURCE} fall` }),
    'timeout check': duration({
      about: 'A check without an answer after this has failed; inter if left out.',
      min: '1ms',
      source: 'HAProxy configuration manual, timeout check',
    }).optional(),
  },
  sources: ['haproxy/haproxy src/check.c check_notify_failure, check_notify_success; doc/configuration.txt 5.2'],
  knownToGetWrong: [
    'A server is up as soon as it is configured, but its first failed check takes it down.',
    'With `inter` alone it notices after three intervals: six seconds of requests go to a dead server.',
    'A check that never asks for what requests ask for says nothing of them.',
  ],
});

export type HaproxyHealthCheckConfig = ConfigOf<typeof haproxyHealthCheck>;

/**
 * HAProxy's health of a server, from 0 to rise + fall - 1: up from `rise` on. A failure takes one off, and one that would
 * leave it below `rise` sets it to 0; a success adds one, and one that reaches `rise` sets it to the top.
 */
export class HaproxyHealthCheck {
  private readonly config: HaproxyHealthCheckConfig;
  private readonly health: Int32Array;

  constructor(config: HaproxyHealthCheckConfig, capacity: number) {
    this.config = config;
    this.health = new Int32Array(capacity);
  }

  /** A server is configured: up, but the first failure takes it down. */
  add(host: number): void {
    this.health[host] = this.config.rise;
  }

  assume(host: number, healthy: boolean): void {
    this.health[host] = healthy ? this.top : 0;
  }

  healthy(host: number): boolean {
    return this.health[host] >= this.config.rise;
  }

  private get top(): number {
    return this.config.rise + this.config.fall - 1;
  }

  /** A check ended. Returns the time to the next one. */
  onResult(host: number, passed: boolean): number {
    const { health, top } = this;
    const { downinter, fastinter, inter, rise } = this.config;
    if (passed) health[host] = health[host] + 1 >= rise ? top : health[host] + 1;
    else health[host] = health[host] > rise ? health[host] - 1 : 0;
    if (health[host] === top) return inter;
    return health[host] === 0 ? (downinter ?? inter) : (fastinter ?? inter);
  }
}
