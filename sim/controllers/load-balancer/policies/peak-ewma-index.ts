import { log } from '../../../kernel/math.ts';
import { MinTree } from '../../../kernel/min-tree.ts';
import type { PeakEwma } from './peak-ewma.ts';

/**
 * The host of the least peak-EWMA cost of all, as a full scan at each pick would find it, in O(log n) per change and
 * O(1) per pick.
 *
 * With one decay constant for all hosts the cost of each at time t is e (pending + 1) exp(-(t - stamp) / decay), so the
 * order of ln e + stamp / decay + ln(pending + 1) is the order of the costs and does not change with time. A full scan
 * would also have read, and so decayed, every host at the last pick, which matters to the next peak: `end` makes up for
 * that. Hosts without history are free while idle (ties: the lowest index) and come last while in use.
 *
 * The order is the same up to the rounding of near ties. It parts from the scan where an estimate would have decayed
 * below the smallest number (700 decay times without use), which Finagle would take for a host without history.
 */
export class PeakEwmaIndex {
  private readonly ewma: PeakEwma;
  private readonly keys: Float64Array;
  private readonly ties: Float64Array;
  private readonly logEstimates: Float64Array;
  private readonly eligible: Uint8Array;
  private readonly tree: MinTree;
  private readAt = -Infinity;

  /** Takes over all changes of `ewma`; no host is eligible at first. */
  constructor(ewma: PeakEwma) {
    const capacity = ewma.pending.length;
    this.ewma = ewma;
    this.keys = new Float64Array(capacity).fill(Infinity);
    this.ties = new Float64Array(capacity).fill(Infinity);
    this.logEstimates = new Float64Array(capacity);
    this.eligible = new Uint8Array(capacity);
    this.tree = new MinTree(this.keys, this.ties);
  }

  /** A host is new, and eligible. */
  add(host: number, now: number): void {
    this.ewma.add(host, now);
    this.eligible[host] = 1;
    this.estimateChanged(host);
  }

  /** Whether a host may be picked. Its estimate lives on while it may not. */
  setEligible(host: number, eligible: boolean): void {
    const flag = eligible ? 1 : 0;
    if (this.eligible[host] === flag) return;
    this.eligible[host] = flag;
    this.estimateChanged(host);
  }

  start(host: number): void {
    this.ewma.start(host);
    this.reorder(host);
  }

  /** A request that was started ended after `rtt` nanoseconds. */
  end(host: number, rtt: number, now: number): void {
    if (this.readAt > this.ewma.stamp(host)) this.ewma.read(host, this.readAt);
    this.ewma.end(host, rtt, now);
    this.estimateChanged(host);
  }

  /** The eligible host of the least cost; -1 if there is none. Counts as reading every host. */
  pick(now: number): number {
    this.readAt = now;
    const host = this.tree.min;
    return host >= 0 && this.eligible[host] === 1 ? host : -1;
  }

  private estimateChanged(host: number): void {
    this.logEstimates[host] = log(this.ewma.estimate(host));
    this.reorder(host);
  }

  private reorder(host: number): void {
    const pending = this.ewma.pending[host];
    if (this.eligible[host] === 0) {
      this.keys[host] = Infinity;
      this.ties[host] = Infinity;
    } else if (this.ewma.estimate(host) === 0 && pending > 0) {
      this.keys[host] = Infinity;
      this.ties[host] = pending * this.keys.length + host;
    } else {
      this.keys[host] = this.logEstimates[host] + this.ewma.stamp(host) / this.ewma.decay + log(pending + 1);
      this.ties[host] = host;
    }
    this.tree.update(host);
  }
}
