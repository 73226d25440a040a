import { MinTree } from '../../../kernel/min-tree.ts';
import { integer } from '../../parameters.ts';
import type { ConfigOf } from '../../shared/product.ts';
import { describeProduct } from '../../shared/product.ts';

export const haproxyLeastconn = describeProduct({
  name: 'haproxyLeastconn',
  product: 'HAProxy',
  about: 'The server with the fewest requests in flight for its weight, idle ones first, in the order of a tree.',
  parameters: {
    maxconn: integer({
      about: 'Requests in a server at which it is skipped; 0 is no limit.',
      source: 'HAProxy server maxconn',
      default: 0,
    }),
    maxqueue: integer({
      about: 'Requests that may also wait for the server, beyond maxconn.',
      source: 'HAProxy server maxqueue',
      default: 0,
    }),
  },
  sources: ['haproxy/haproxy src/lb_fwlc.c @50872daa6 and @cb33d3ac (ties first in, first out)'],
  knownToGetWrong: [
    'A server that fails fast looks idle and attracts requests.',
    'An idle server comes first whatever its weight, so at low load the weights do not show.',
    'Since 3.2 ties are spread over several lists to spare locks; here they are first in, first out, as before.',
  ],
});

export type HaproxyLeastconnConfig = ConfigOf<typeof haproxyLeastconn>;

/** A weight of 256 (the largest) is one unit of the key per request. */
const MOST_WEIGHT = 256;

/**
 * HAProxy's leastconn: servers ordered by a key that is 0 with nothing in flight and else
 * floor((in flight + 1) * 256 / weight), in flight being served and queued. A server is moved when its count changes,
 * behind the others of the same key, so ties take turns. O(log n) a change, O(1) a pick.
 */
export class HaproxyLeastconn {
  /** Served and queued, by host. */
  readonly inflight: Int32Array;
  private readonly weights: ArrayLike<number>;
  private readonly limit: number;
  private readonly up: Uint8Array;
  private readonly keys: Float64Array;
  private readonly orders: Float64Array;
  private readonly tree: MinTree;
  private serial = 0;

  /** @param weights by host, 1 … 256, kept by the caller; all hosts are down at first */
  constructor(config: HaproxyLeastconnConfig, weights: ArrayLike<number>) {
    const capacity = weights.length;
    this.inflight = new Int32Array(capacity);
    this.weights = weights;
    this.limit = config.maxconn > 0 ? config.maxconn + config.maxqueue : Infinity;
    this.up = new Uint8Array(capacity);
    this.keys = new Float64Array(capacity).fill(Infinity);
    this.orders = new Float64Array(capacity).fill(Infinity);
    this.tree = new MinTree(this.keys, this.orders);
  }

  /** A server comes up or goes down. Its requests in flight go on counting. */
  setUp(host: number, up: boolean): void {
    this.up[host] = up ? 1 : 0;
    this.reposition(host);
  }

  /** A request was given to a server. */
  take(host: number): void {
    this.inflight[host]++;
    this.reposition(host);
  }

  /** A request left a server. */
  drop(host: number): void {
    this.inflight[host]--;
    this.reposition(host);
  }

  /** The server for the next request; `avoid` (the one that just failed) only if there is no other; -1 if none. */
  pick(avoid = -1): number {
    const first = this.first();
    if (first !== avoid || first < 0) return first;
    const key = this.keys[avoid];
    this.keys[avoid] = Infinity;
    this.tree.update(avoid);
    const other = this.first();
    this.keys[avoid] = key;
    this.tree.update(avoid);
    return other >= 0 ? other : avoid;
  }

  private first(): number {
    const host = this.tree.min;
    return host >= 0 && this.keys[host] < Infinity ? host : -1;
  }

  private reposition(host: number): void {
    this.keys[host] = this.up[host] === 1 && this.inflight[host] < this.limit ? this.key(host) : Infinity;
    this.orders[host] = this.serial++;
    this.tree.update(host);
  }

  private key(host: number): number {
    const inflight = this.inflight[host];
    return inflight > 0 ? Math.floor(((inflight + 1) * MOST_WEIGHT) / this.weights[host]) : 0;
  }
}
