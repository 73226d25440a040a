import { duration, integer } from '../../parameters.ts';
import type { ConfigOf } from '../../shared/product.ts';
import { describeProduct } from '../../shared/product.ts';

const SOURCE = 'Envoy envoy.config.core.v3.HealthCheck';

export const envoyHealthCheck = describeProduct({
  name: 'envoy',
  product: 'Envoy',
  about: 'Probes every host at intervals; a run of results of one kind changes its health.',
  parameters: {
    timeout: duration({
      about: 'A check without an answer after this has failed.',
      source: `${SOURCE} timeout, above 0`,
      min: '1ms',
    }),
    interval: duration({
      about: 'Time from a result to the next check.',
      source: `${SOURCE} interval, above 0`,
      min: '1ms',
    }),
    unhealthyThreshold: integer({
      about: 'Failures in a row that make a host unhealthy; a wrong answer does so at once.',
      source: `${SOURCE} unhealthy_threshold`,
      min: 1,
    }),
    healthyThreshold: integer({
      about: 'Successes in a row that make a host healthy again; the very first success does so at once.',
      source: `${SOURCE} healthy_threshold`,
      min: 1,
    }),
    unhealthyInterval: duration({
      about: 'Interval while unhealthy; by default interval.',
      source: `${SOURCE} unhealthy_interval`,
      min: '1ms',
    }).optional(),
    unhealthyEdgeInterval: duration({
      about: 'Interval after a failure that has not yet changed health; by default unhealthyInterval.',
      source: `${SOURCE} unhealthy_edge_interval`,
      min: '1ms',
    }).optional(),
    healthyEdgeInterval: duration({
      about: 'Interval after a success that has not yet changed health; by default interval.',
      source: `${SOURCE} healthy_edge_interval`,
      min: '1ms',
    }).optional(),
    noTrafficInterval: duration({
      about: 'Interval as long as the cluster has never been used.',
      source: `${SOURCE} no_traffic_interval`,
      default: '60s',
      min: '1ms',
    }),
    noTrafficHealthyInterval: duration({
      about: 'The same for healthy hosts; by default noTrafficInterval.',
      source: `${SOURCE} no_traffic_healthy_interval`,
      min: '1ms',
    }).optional(),
    initialJitter: duration({
      about: 'The first check comes after a random time below this.',
      source: `${SOURCE} initial_jitter`,
      default: '0s',
    }),
    intervalJitter: duration({
      about: 'Random time below this added to each interval.',
      source: `${SOURCE} interval_jitter`,
      default: '0s',
    }),
    intervalJitterPercent: integer({
      about: 'Random time below this percentage of the interval added to it.',
      source: `${SOURCE} interval_jitter_percent`,
      default: 0,
    }),
  },
  sources: [
    'envoyproxy/envoy source/common/upstream/health_checker_base_impl.cc',
    'envoyproxy/envoy api/envoy/config/core/v3/health_check.proto',
  ],
  knownToGetWrong: [
    'A check may be answered by a host that fails every real request, or time out on one that is merely busy.',
    'Takes unhealthyThreshold times interval and timeout to notice a host that does not answer.',
    'Every proxy checks every host: with many proxies the checks themselves are load, which is not simulated.',
    'With successfulActiveHealthCheckUnejectHost one shallow check brings back a host that was ejected for failing requests.',
  ],
});

export type EnvoyHealthCheckConfig = ConfigOf<typeof envoyHealthCheck>;

/** Results of a check. */
export const CHECK_PASSED = 0;
/** No connection, or no answer within the timeout: counts towards `unhealthyThreshold`. */
export const CHECK_NETWORK_FAILURE = 1;
/** An answer that is not the expected one: unhealthy at once. */
export const CHECK_WRONG_ANSWER = 2;
export type CheckResult = 0 | 1 | 2;

const UNCHANGED = 0;
const CHANGED = 1;
const CHANGE_PENDING = 2;
type Transition = 0 | 1 | 2;

/**
 * Envoy's active health checks as a state machine. A host starts unhealthy, its first check decides at once if it
 * passes. The interval to the next check depends on the last result and on whether a change of health is pending.
 */
export class EnvoyHealthCheck {
  private readonly config: EnvoyHealthCheckConfig;
  private readonly unhealthy: Uint8Array;
  private readonly checked: Uint8Array;
  private readonly failures: Int32Array;
  private readonly successes: Int32Array;

  constructor(config: EnvoyHealthCheckConfig, capacity: number) {
    this.config = config;
    this.unhealthy = new Uint8Array(capacity).fill(1);
    this.checked = new Uint8Array(capacity);
    this.failures = new Int32Array(capacity);
    this.successes = new Int32Array(capacity);
  }

  /** A host is new: unhealthy until its first check. Returns when that is due, from now; `draw` on [0, 1). */
  addHost(host: number, draw: number): number {
    this.unhealthy[host] = 1;
    this.checked[host] = 0;
    this.failures[host] = 0;
    this.successes[host] = 0;
    return Math.floor(this.config.initialJitter * draw);
  }

  /** A host that has been looked at for long is known to be as it is. */
  assume(host: number, healthy: boolean): void {
    this.checked[host] = 1;
    this.unhealthy[host] = healthy ? 0 : 1;
  }

  healthy(host: number): boolean {
    return this.unhealthy[host] === 0;
  }

  /**
   * A check ended. Returns the time from now to the next one.
   *
   * @param used whether the cluster has ever been used
   * @param jitterDraw and @param percentDraw on [0, 1), for the two kinds of jitter
   */
  onResult(host: number, result: CheckResult, used: boolean, jitterDraw: number, percentDraw: number): number {
    const passed = result === CHECK_PASSED;
    const transition = passed ? this.success(host) : this.failure(host, result === CHECK_WRONG_ANSWER);
    this.checked[host] = 1;
    const interval = this.baseInterval(passed, transition, used);
    const byPercent = Math.floor((this.config.intervalJitterPercent * interval * percentDraw) / 100);
    return interval + byPercent + Math.floor(this.config.intervalJitter * jitterDraw);
  }

  private success(host: number): Transition {
    this.failures[host] = 0;
    if (this.unhealthy[host] === 0) return UNCHANGED;
    const first = this.checked[host] === 0;
    if (!first && ++this.successes[host] < this.config.healthyThreshold) return CHANGE_PENDING;
    this.unhealthy[host] = 0;
    return CHANGED;
  }

  private failure(host: number, wrongAnswer: boolean): Transition {
    this.successes[host] = 0;
    if (this.unhealthy[host] === 1) return UNCHANGED;
    if (!wrongAnswer && ++this.failures[host] < this.config.unhealthyThreshold) return CHANGE_PENDING;
    this.unhealthy[host] = 1;
    return CHANGED;
  }

  private baseInterval(passed: boolean, transition: Transition, used: boolean): number {
    const { config } = this;
    const pending = transition === CHANGE_PENDING;
    if (!used) {
      const healthy = passed && !pending;
      return healthy ? (config.noTrafficHealthyInterval ?? config.noTrafficInterval) : config.noTrafficInterval;
    }
    if (passed) return pending ? (config.healthyEdgeInterval ?? config.interval) : config.interval;
    const unhealthyInterval = config.unhealthyInterval ?? config.interval;
    return pending ? (config.unhealthyEdgeInterval ?? unhealthyInterval) : unhealthyInterval;
  }
}
