import type { Call } from '../world/call.ts';
import { LATE, OUTCOME_NAMES, REJECTED, SERVED, UNFINISHED } from '../world/outcome.ts';
import type { Outcome } from '../world/outcome.ts';
import { originOf } from '../world/result.ts';
import type { Result } from '../world/result.ts';
import type { RequestRecorder } from '../world/traffic/source.ts';
import { Digest } from './digest.ts';
import { Histogram } from './histogram.ts';
import type { RequestLog } from './request-log.ts';
import type { Timeline } from './timeline.ts';

/** What is kept of a run beside the counts. */
export interface MeasurementOptions {
  /** Arrivals before this moment count in the digest only. */
  readonly warmup: number;
  readonly layers: number;
  readonly log: RequestLog | null;
  readonly timeline: Timeline | null;
}

/** Follows single requests beside the counting. */
export interface RequestFollower {
  arrived(call: Call): void;
  ended(call: Call, outcome: Outcome, result: Result): void;
}

/** Counts how requests end. */
export class Measurement implements RequestRecorder {
  offered = 0;
  readonly outcomes = new Float64Array(OUTCOME_NAMES.length);
  /** Rejections by the layer that made them. */
  readonly rejectedBy: Float64Array;
  /** From arrival to answer, of served and late requests. */
  readonly latency = new Histogram();
  /** In queues, of the attempt that answered. */
  readonly wait = new Histogram();
  readonly digest = new Digest();

  follower: RequestFollower | null = null;

  private readonly options: MeasurementOptions;

  constructor(options: MeasurementOptions) {
    this.options = options;
    this.rejectedBy = new Float64Array(options.layers);
  }

  arrived(call: Call, now: number): void {
    if (this.follower !== null) this.follower.arrived(call);
    if (now < this.options.warmup) return;
    this.offered++;
    if (this.options.timeline !== null) this.options.timeline.arrived(now);
  }

  ended(call: Call, outcome: Outcome, result: Result, now: number): void {
    this.digest.add(call.request, outcome, outcome === UNFINISHED ? 0 : now);
    if (this.follower !== null) this.follower.ended(call, outcome, result);
    const { log, timeline, warmup } = this.options;
    if (call.arrivedAt < warmup) return;
    this.outcomes[outcome]++;
    const origin = originOf(result);
    if (outcome === REJECTED) this.rejectedBy[origin]++;
    const latency = now - call.arrivedAt;
    if (outcome === SERVED || outcome === LATE) {
      this.latency.record(latency);
      this.wait.record(call.waited);
    }
    if (log !== null) log.record(call.request, outcome, origin >= 0, call.conflicts);
    if (timeline !== null) timeline.ended(call.arrivedAt, outcome, latency);
  }
}
