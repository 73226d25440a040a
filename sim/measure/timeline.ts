import { OUTCOME_NAMES } from '../world/outcome.ts';
import type { Outcome } from '../world/outcome.ts';
import { highWord } from '../kernel/math.ts';

/** Buckets of latency an octave, from 2^10 ns (1 us) on: 12 % wide. */
const LATENCY_STEPS = 8;
const LATENCY_OCTAVES = 32;
const FIRST = highWord(1024) >>> 17;
const LATENCY_BUCKETS = LATENCY_STEPS * LATENCY_OCTAVES;

/** Series over the run, one value a bucket of time, as plain data. */
export interface TimelineData {
  /** Length of a bucket, nanoseconds. */
  readonly step: number;
  /** By series name: offered, each outcome, dispatches, latencyP50Ms, latencyP99Ms … */
  readonly series: Readonly<Record<string, readonly number[]>>;
}

/**
 * What happened in each interval of a run. Requests count in the interval in which they arrived (so that goodput and
 * offered load compare), dispatches and refusals in the one in which they happened.
 */
export class Timeline {
  readonly step: number;
  readonly buckets: number;
  private readonly offered: Float64Array;
  private readonly outcomes: Float64Array[];
  private readonly latencies: Float64Array[];
  private readonly extra = new Map<string, Float64Array>();

  constructor(duration: number, buckets: number) {
    this.buckets = buckets;
    this.step = duration / buckets;
    this.offered = new Float64Array(buckets);
    this.outcomes = OUTCOME_NAMES.map(() => new Float64Array(buckets));
    this.latencies = Array.from({ length: buckets }, () => new Float64Array(LATENCY_BUCKETS));
  }

  arrived(now: number): void {
    this.offered[this.bucketOf(now)]++;
  }

  ended(arrivedAt: number, outcome: Outcome, latency: number): void {
    const bucket = this.bucketOf(arrivedAt);
    this.outcomes[outcome][bucket]++;
    if (outcome > 2) return;
    const place = latency < 1024 ? 0 : Math.min(LATENCY_BUCKETS - 1, (highWord(latency) >>> 17) - FIRST);
    this.latencies[bucket][place]++;
  }

  /** Adds to a series of the given name. */
  add(name: string, now: number, amount: number): void {
    let series = this.extra.get(name);
    if (series === undefined) {
      series = new Float64Array(this.buckets);
      this.extra.set(name, series);
    }
    if (now <= this.step * this.buckets) series[this.bucketOf(now)] += amount;
  }

  toPlain(): TimelineData {
    const series: Record<string, readonly number[]> = { offered: [...this.offered] };
    OUTCOME_NAMES.forEach((name, i) => (series[name] = [...this.outcomes[i]]));
    series['latencyP50Ms'] = this.latencies.map((counts) => quantile(counts, 0.5) / 1e6);
    series['latencyP99Ms'] = this.latencies.map((counts) => quantile(counts, 0.99) / 1e6);
    for (const [name, values] of this.extra) series[name] = [...values];
    return { step: this.step, series };
  }

  private bucketOf(time: number): number {
    return Math.min(this.buckets - 1, Math.floor(time / this.step));
  }
}

function quantile(counts: Float64Array, q: number): number {
  let total = 0;
  for (const count of counts) total += count;
  if (total === 0) return NaN;
  let before = 0;
  for (let i = 0; i < counts.length; i++) {
    if (counts[i] > 0 && q * total <= before + counts[i]) {
      const low = startOf(i);
      return low + (startOf(i + 1) - low) * ((q * total - before) / counts[i]);
    }
    before += counts[i];
  }
  return startOf(counts.length);
}

function startOf(bucket: number): number {
  const octave = Math.floor(bucket / LATENCY_STEPS);
  let scale = 1024;
  for (let i = 0; i < octave; i++) scale *= 2;
  return scale * (1 + (bucket - octave * LATENCY_STEPS) / LATENCY_STEPS);
}
