import { Draw, uniform } from '../kernel/random.ts';
import type { RootKey } from '../kernel/random.ts';
import { NEVER } from '../kernel/time.ts';
import type { TelemetryDisturbance } from '../world/faults/plan.ts';
import type { MetricsSpec } from './metrics.ts';

/** Takes in the results that a stream delivers. */
export interface ResultReader {
  /** @param at when it is delivered; @param key whose it is; @param result, duration, ticket as they were pushed */
  read(at: number, key: number, result: number, duration: number, ticket: number): void;
}

/**
 * Results on their way to a layer that learns them late: delayed by `lag`, and where `interval` is set delivered in
 * batches, the batch of (k, k+1] intervals at its end. They arrive in the order in which they happened. A stream is
 * drained when somebody looks: O(1) for each result.
 */
export class ResultStream {
  private readonly metrics: MetricsSpec;
  private readonly disturbances: readonly TelemetryDisturbance[];
  private readonly jitterDraw: Draw;
  private readonly lossDraw: Draw;
  private readonly offset: number;
  private pushed = 0;
  private lastArrival = 0;

  /** When each happened (or its batch ended), and when it arrives. */
  private times = new Float64Array(256);
  private arrivals = new Float64Array(256);
  private durations = new Float64Array(256);
  private keys = new Int32Array(256);
  private results = new Int32Array(256);
  private tickets = new Float64Array(256);
  private head = 0;
  private size = 0;

  constructor(metrics: MetricsSpec, root: RootKey, owner: string, disturbances: readonly TelemetryDisturbance[]) {
    this.metrics = metrics;
    this.disturbances = disturbances;
    this.jitterDraw = new Draw(root, 'metricJitter', owner);
    this.lossDraw = new Draw(root, 'metricLoss', owner);
    const phase = uniform(new Draw(root, 'metricPhase', owner).at(0, 0, 0));
    this.offset = metrics.offset ?? Math.floor(phase * metrics.interval);
  }

  /** Sends a result on its way; false if it is lost. */
  push(now: number, key: number, result: number, duration: number, ticket: number): boolean {
    const { interval, jitter, lag, loss } = this.metrics;
    const batchEnd = interval === 0 ? now : this.batchEnd(now);
    const ordinal = interval === 0 ? this.pushed++ : Math.floor(batchEnd / interval);
    let delay = lag;
    for (const { from, until, effect, lag: extra } of this.disturbances) {
      if (batchEnd < from || batchEnd >= until) continue;
      if (effect === 'slow') delay += extra;
      else return false;
    }
    if (loss > 0 && uniform(this.lossDraw.at(0, ordinal, 0)) < loss) return false;
    if (jitter > 0) delay += Math.floor(uniform(this.jitterDraw.at(0, ordinal, 0)) * jitter);
    const arrival = Math.max(this.lastArrival, batchEnd + delay);
    this.lastArrival = arrival;
    if (this.size === this.arrivals.length) this.grow();
    const at = (this.head + this.size) & (this.arrivals.length - 1);
    this.times[at] = batchEnd;
    this.arrivals[at] = arrival;
    this.durations[at] = duration;
    this.keys[at] = key;
    this.results[at] = result;
    this.tickets[at] = ticket;
    this.size++;
    return true;
  }

  /** Hands over what has arrived by `now`. */
  drain(now: number, reader: ResultReader): void {
    while (this.size > 0 && this.arrivals[this.head] <= now) {
      const at = this.head;
      this.head = (at + 1) & (this.arrivals.length - 1);
      this.size--;
      reader.read(this.arrivals[at], this.keys[at], this.results[at], this.durations[at], this.tickets[at]);
    }
  }

  /**
   * The moment up to which everything has been delivered that ever will be, once `drain` has been called: not when
   * something last happened.
   */
  asOf(now: number): number {
    const { interval } = this.metrics;
    // A batch that has not come is not there to its end.
    const short = interval > 0 ? 1 : 0;
    const sentBy = now - this.metrics.lag;
    let time = sentBy;
    if (this.size > 0) time = Math.min(time, this.times[this.head] - short);
    for (const { from, until, effect, lag } of this.disturbances) {
      const reached = effect === 'slow' ? sentBy - lag : sentBy;
      if (sentBy < from || reached >= until) continue;
      time = Math.min(time, effect === 'slow' ? Math.max(from - short, reached) : from - short);
    }
    if (interval > 0) time = Math.floor((time - this.offset) / interval) * interval + this.offset;
    return time < 0 ? -NEVER : time;
  }

  private batchEnd(now: number): number {
    const { interval } = this.metrics;
    return -Math.floor(-(now - this.offset) / interval) * interval + this.offset;
  }

  private grow(): void {
    const capacity = this.arrivals.length;
    const times = new Float64Array(capacity * 2);
    const arrivals = new Float64Array(capacity * 2);
    const durations = new Float64Array(capacity * 2);
    const tickets = new Float64Array(capacity * 2);
    const keys = new Int32Array(capacity * 2);
    const results = new Int32Array(capacity * 2);
    for (let i = 0; i < capacity; i++) {
      const from = (this.head + i) & (capacity - 1);
      times[i] = this.times[from];
      arrivals[i] = this.arrivals[from];
      durations[i] = this.durations[from];
      tickets[i] = this.tickets[from];
      keys[i] = this.keys[from];
      results[i] = this.results[from];
    }
    this.times = times;
    this.arrivals = arrivals;
    this.durations = durations;
    this.tickets = tickets;
    this.keys = keys;
    this.results = results;
    this.head = 0;
  }
}
