import { SECOND } from '../../../kernel/time.ts';
import { duration, integer } from '../../parameters.ts';

export const nginxPeerParameters = {
  maxFails: integer({
    about: 'Failures within failTimeout after which a server is skipped; 0 never skips.',
    source: 'nginx ngx_http_upstream_module server max_fails',
    default: 1,
  }),
  failTimeout: duration({
    about: 'Within what time the failures count, and how long the server is skipped; in whole seconds.',
    source: 'nginx ngx_http_upstream_module server fail_timeout',
    default: '10s',
  }),
  maxConns: integer({
    about: 'Connections at which a server is skipped; 0 is no limit.',
    source: 'nginx ngx_http_upstream_module server max_conns',
    default: 0,
  }),
};

export interface NginxPeerConfig {
  readonly maxFails: number;
  /** Nanoseconds; the product counts whole seconds. */
  readonly failTimeout: number;
  readonly maxConns: number;
}

/**
 * The servers of an nginx upstream block with what its balancers keep of them: connections, recent failures, and the
 * weights of smooth weighted round robin. A failure lowers the effective weight by weight / maxFails, each pick in which
 * the server is considered raises it by one again.
 *
 * Source: nginx/nginx src/http/ngx_http_upstream_round_robin.c @3f6f7824d. Time is in whole seconds, as ngx_time() is.
 * Backup servers and slow_start (commercial) are not modelled.
 */
export class NginxPeers {
  /** The servers in their order in the configuration. */
  readonly hosts: Int32Array;
  count = 0;
  /** By host, from here on. */
  readonly weights: ArrayLike<number>;
  readonly conns: Int32Array;
  readonly effectiveWeights: Float64Array;
  readonly currentWeights: Float64Array;
  readonly fails: Int32Array;
  private readonly maxFails: number;
  private readonly failTimeoutSeconds: number;
  private readonly maxConns: number;
  private readonly down: Uint8Array;
  private readonly accessedAt: Float64Array;
  private readonly checkedAt: Float64Array;

  /** @param weights by host, kept by the caller; whole numbers in the product */
  constructor(config: NginxPeerConfig, weights: ArrayLike<number>) {
    const capacity = weights.length;
    this.maxFails = config.maxFails;
    this.failTimeoutSeconds = seconds(config.failTimeout);
    this.maxConns = config.maxConns;
    this.weights = weights;
    this.hosts = new Int32Array(capacity);
    this.conns = new Int32Array(capacity);
    this.effectiveWeights = Float64Array.from(weights);
    this.currentWeights = new Float64Array(capacity);
    this.fails = new Int32Array(capacity);
    this.down = new Uint8Array(capacity);
    this.accessedAt = new Float64Array(capacity);
    this.checkedAt = new Float64Array(capacity);
  }

  /** The servers have changed. Those that stay keep their state. */
  refresh(hosts: ArrayLike<number>, count: number): void {
    this.count = count;
    for (let i = 0; i < count; i++) this.hosts[i] = hosts[i];
  }

  /** A server is new: nothing is known of it. */
  add(host: number): void {
    this.conns[host] = 0;
    this.fails[host] = 0;
    this.accessedAt[host] = 0;
    this.checkedAt[host] = 0;
    this.currentWeights[host] = 0;
    this.effectiveWeights[host] = this.weights[host];
    this.down[host] = 0;
  }

  setDown(host: number, down: boolean): void {
    this.down[host] = down ? 1 : 0;
  }

  /** Whether a pick considers the server. The only server of all is never skipped for its failures. */
  usable(host: number, now: number): boolean {
    if (this.down[host] === 1) return false;
    if (this.maxConns > 0 && this.conns[host] >= this.maxConns) return false;
    if (this.count === 1 || this.maxFails === 0 || this.fails[host] < this.maxFails) return true;
    return seconds(now) - this.checkedAt[host] > this.failTimeoutSeconds;
  }

  /** One step of smooth weighted round robin for a server that is considered. Returns what it adds to the total. */
  raise(host: number): number {
    const effective = this.effectiveWeights[host];
    this.currentWeights[host] += effective;
    this.effectiveWeights[host] = Math.min(this.weights[host], effective + 1);
    return effective;
  }

  /** A server was picked, after the weights of all that were considered have been raised by `total`. */
  picked(host: number, now: number, total: number): void {
    this.currentWeights[host] -= total;
    const second = seconds(now);
    if (second - this.checkedAt[host] > this.failTimeoutSeconds) this.checkedAt[host] = second;
    this.conns[host]++;
  }

  /** A connection to a server ended. */
  ended(host: number, now: number, failed: boolean): void {
    this.conns[host]--;
    if (this.count === 1) return;
    if (failed) {
      this.failed(host, seconds(now));
    } else if (this.accessedAt[host] < this.checkedAt[host]) {
      // The one that was let through after the timeout went well.
      this.fails[host] = 0;
    }
  }

  private failed(host: number, second: number): void {
    this.fails[host]++;
    this.accessedAt[host] = second;
    this.checkedAt[host] = second;
    if (this.maxFails === 0) return;
    const lowered = this.effectiveWeights[host] - Math.floor(this.weights[host] / this.maxFails);
    this.effectiveWeights[host] = Math.max(0, lowered);
  }
}

function seconds(nanoseconds: number): number {
  return Math.floor(nanoseconds / SECOND);
}
