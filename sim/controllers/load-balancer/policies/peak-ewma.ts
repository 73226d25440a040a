import { exp } from '../../../kernel/math.ts';
import type { RandomSource } from '../../../kernel/random.ts';
import { duration } from '../../parameters.ts';
import { describeProduct } from '../../shared/product.ts';
import { TwoChoices } from './two-choices.ts';

const KNOWN_TO_GET_WRONG = [
  'Reading the load of a host decays it, so how often a host is compared changes how fast it forgives.',
  'A host that fails fast has a low latency and attracts requests.',
  'A host that nobody picks is forgiven completely within a few decay times, slow or not.',
  'Sees only the latencies of this client.',
];

export const finaglePeakEwma = describeProduct({
  name: 'finaglePeakEwma',
  product: 'Finagle',
  about: 'The better of two distinct random hosts by peak-sensitive latency times requests in flight.',
  parameters: {
    decayTime: duration({
      about: 'Mean lifetime of a latency in the moving average.',
      source: 'Finagle Balancers.p2cPeakEwma decayTime',
      default: '10s',
      min: '1ns',
    }),
  },
  sources: [
    'twitter/finagle finagle-core/src/main/scala/com/twitter/finagle/loadbalancer/PeakEwma.scala @4feb34cb9',
    'twitter/finagle finagle-core/src/main/scala/com/twitter/finagle/loadbalancer/p2c/P2CPick.scala',
  ],
  knownToGetWrong: KNOWN_TO_GET_WRONG,
});

export const linkerdPeakEwma = describeProduct({
  name: 'linkerdPeakEwma',
  product: 'linkerd (tower)',
  about: 'The better of two distinct random hosts by peak-sensitive latency times requests in flight.',
  parameters: {
    defaultRtt: duration({
      about: 'What a host without history is taken for; it decays like any other latency.',
      source: 'linkerd2-proxy default_rtt (the tower documentation says 1 s)',
      default: '30ms',
      min: '1ns',
    }),
    decay: duration({
      about: 'Mean lifetime of a latency in the moving average.',
      source: 'linkerd2-proxy decay',
      default: '10s',
      min: '1ns',
    }),
  },
  sources: ['tower-rs/tower tower/src/load/peak_ewma.rs @8358ee71', 'linkerd/linkerd2-proxy @29637b64f'],
  knownToGetWrong: KNOWN_TO_GET_WRONG,
});

/** Finagle's cost of a host without history that has a request in flight, in nanoseconds: Long.MaxValue >> 16. */
export const UNKNOWN_COST = 140737488355327;

export interface PeakEwmaConfig {
  /** Mean lifetime of a latency, nanoseconds. */
  readonly decay: number;
  /** Estimate of a host without history, nanoseconds. 0 is Finagle's: no history, costs `UNKNOWN_COST` while in use. */
  readonly initialRtt: number;
}

/**
 * Peak EWMA: an estimate of latency that a peak replaces at once and that decays towards lower ones, by elapsed time.
 *
 *   on an answer after r:  r > e: e = r;  else e = e w + r (1 - w), w = exp(-(now - stamp) / decay);  stamp = now
 *   load: an answer of 0 is observed (so e decays while idle), then cost = e (pending + 1)
 *
 * The peak is compared with e as it was last read or answered, so reading the load changes what comes after.
 */
export class PeakEwma {
  readonly decay: number;
  /** Requests in flight by host. */
  readonly pending: Int32Array;
  private readonly initialRtt: number;
  private readonly estimates: Float64Array;
  private readonly stamps: Float64Array;
  private readonly two = new TwoChoices();

  /** @param capacity hosts are 0 … capacity - 1; each exists from time 0 until it is added anew */
  constructor(config: PeakEwmaConfig, capacity: number) {
    this.decay = config.decay;
    this.initialRtt = config.initialRtt;
    this.pending = new Int32Array(capacity);
    this.estimates = new Float64Array(capacity).fill(config.initialRtt);
    this.stamps = new Float64Array(capacity);
  }

  /** A host is new: it has no history. */
  add(host: number, now: number): void {
    this.pending[host] = 0;
    this.estimates[host] = this.initialRtt;
    this.stamps[host] = now;
  }

  start(host: number): void {
    this.pending[host]++;
  }

  /** A request that was started ended after `rtt` nanoseconds. */
  end(host: number, rtt: number, now: number): void {
    this.pending[host]--;
    this.observe(host, rtt, now);
  }

  /** The cost of one more request, nanoseconds. Reading it decays the estimate. */
  load(host: number, now: number): number {
    this.observe(host, 0, now);
    return this.cost(host);
  }

  /** The cost as of the last reading or answer; reading it changes nothing. */
  cost(host: number): number {
    const estimate = this.estimates[host];
    const pending = this.pending[host];
    return estimate === 0 && pending > 0 && this.initialRtt === 0 ? UNKNOWN_COST + pending : estimate * (pending + 1);
  }

  /** The latency estimate as of `stamp`, nanoseconds; 0 for a host without history (Finagle). */
  estimate(host: number): number {
    return this.estimates[host];
  }

  /** When the estimate was last read or answered to. */
  stamp(host: number): number {
    return this.stamps[host];
  }

  /** Decays the estimate up to `now`, as a reading does. */
  read(host: number, now: number): void {
    this.observe(host, 0, now);
  }

  /**
   * The better of two distinct random hosts of `hosts[0 … count)`; `<=` keeps the first. Where `status` is given, the
   * host with the higher one wins whatever the loads (Finagle: open above busy above closed). -1 if there is no host.
   */
  pickOfTwo(
    now: number,
    random: RandomSource,
    hosts: ArrayLike<number>,
    count: number,
    status?: ArrayLike<number>,
  ): number {
    if (count <= 1) return count === 1 ? hosts[0] : -1;
    this.two.draw(random, count);
    const first = hosts[this.two.first];
    const second = hosts[this.two.second];
    if (status !== undefined && status[first] !== status[second])
      return status[first] > status[second] ? first : second;
    const load = this.load(first, now);
    return load <= this.load(second, now) ? first : second;
  }

  private observe(host: number, rtt: number, now: number): void {
    const estimate = this.estimates[host];
    if (rtt > estimate) {
      this.estimates[host] = rtt;
    } else {
      const kept = exp(-Math.max(now - this.stamps[host], 0) / this.decay);
      this.estimates[host] = estimate * kept + rtt * (1 - kept);
    }
    this.stamps[host] = now;
  }
}
