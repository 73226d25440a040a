import { MICROSECOND, MILLISECOND, NEVER } from '../../../kernel/time.ts';
import { LatencyHistogram } from './latency-histogram.ts';

export interface EnvoyGradientConfig {
  /** The quantile of the samples that stands for them, of one. */
  readonly sampleAggregatePercentile: number;
  readonly maxConcurrencyLimit: number;
  /** Nanoseconds. */
  readonly concurrencyUpdateInterval: number;
  /** Nanoseconds. */
  readonly minRttInterval: number;
  readonly minRttRequestCount: number;
  /** Shares of one. */
  readonly minRttJitter: number;
  readonly minConcurrency: number;
  readonly minRttBuffer: number;
}

/** Windows in a row that set the limit to its minimum before the minRTT is measured anew. */
const MOST_WINDOWS_AT_MINIMUM = 5;

/** minRTT with its buffer over the sampled RTT, kept between a half and two. */
export function gradientOf(minRtt: number, sampleRtt: number, buffer: number): number {
  if (sampleRtt === 0) return 2;
  return Math.max(0.5, Math.min(2, (minRtt + minRtt * buffer) / sampleRtt));
}

/** The next limit: the old one times the gradient, and its square root on top as head room. */
export function nextLimit(
  limit: number,
  gradient: number,
  minConcurrency: number,
  maxConcurrencyLimit: number,
): number {
  const scaled = limit * gradient;
  return Math.max(minConcurrency, Math.min(maxConcurrencyLimit, Math.floor(scaled + Math.sqrt(scaled))));
}

/**
 * Envoy's gradient controller (source/extensions/filters/http/adaptive_concurrency/controller/gradient_controller.cc
 * at 054694f9). From time to time it lets only `minConcurrency` through and measures the latency of an idle service,
 * the minRTT; in between it compares the latency of each window with it.
 *
 * Envoy runs two timers; this schedules nothing and catches up with them when it is asked. At one instant a sample
 * comes before a timer, and a timer before a new request.
 */
export class EnvoyGradientController {
  /** How many may be in flight. */
  limit: number;
  outstanding = 0;
  /** Nanoseconds; 0 before the first measurement. Envoy measures in microseconds. */
  minRtt = 0;
  sampleRtt = 0;
  private readonly config: EnvoyGradientConfig;
  private readonly jitter: () => number;
  private readonly samples = new LatencyHistogram();
  /** The limit to go back to after the measurement of the minRTT; 0 while none is under way. */
  private deferredLimit: number;
  /** Requests sent earlier belong to before the measurement. */
  private minRttEpoch = -Infinity;
  private windowsAtMinimum = 0;
  private nextMeasurement = NEVER;
  private nextWindowEnd = NEVER;

  /** @param jitter draws from [0, 1) for the next measurement's time */
  constructor(config: EnvoyGradientConfig, jitter: () => number) {
    this.config = config;
    this.jitter = jitter;
    this.limit = config.minConcurrency;
    this.deferredLimit = config.minConcurrency;
  }

  /** Whether only the minimum passes because the minRTT is being measured. */
  get measuring(): boolean {
    return this.deferredLimit > 0;
  }

  /** Asks for one request to be forwarded. */
  forward(now: number): boolean {
    this.runTimers(now + 1);
    if (this.outstanding >= this.limit) return false;
    this.outstanding++;
    return true;
  }

  /** A forwarded request was answered, `latency` nanoseconds after it was sent. */
  record(now: number, latency: number): void {
    this.runTimers(now);
    this.outstanding--;
    if (now - latency < this.minRttEpoch) return;
    this.samples.insert(Math.floor(latency / MICROSECOND));
    if (this.measuring && this.samples.count >= this.config.minRttRequestCount) this.endMeasurement(now);
  }

  /** A forwarded request was given up. */
  cancel(now: number): void {
    this.runTimers(now);
    this.outstanding--;
  }

  /** Lets all timers before `until` fire, in their order. */
  runTimers(until: number): void {
    while (Math.min(this.nextMeasurement, this.nextWindowEnd) < until) {
      if (this.nextMeasurement <= this.nextWindowEnd) this.beginMeasurement(this.nextMeasurement);
      else this.endWindow(Math.min(until, this.nextMeasurement));
    }
  }

  private beginMeasurement(now: number): void {
    this.nextMeasurement = NEVER;
    if (this.measuring) return;
    this.deferredLimit = this.limit;
    this.setLimit(this.config.minConcurrency, now);
    this.samples.clear();
    this.minRttEpoch = now;
  }

  private endMeasurement(now: number): void {
    this.minRtt = this.aggregate();
    this.setLimit(this.deferredLimit, now);
    this.deferredLimit = 0;
    this.nextMeasurement = now + this.jitteredInterval();
    this.nextWindowEnd = now + this.config.concurrencyUpdateInterval;
  }

  /** The window's timer fires; windows without samples change nothing, so those up to `until` are skipped at once. */
  private endWindow(until: number): void {
    const now = this.nextWindowEnd;
    const interval = this.config.concurrencyUpdateInterval;
    if (this.measuring) {
      // The measurement starts it again when it is over.
      this.nextWindowEnd = NEVER;
    } else if (this.samples.count === 0) {
      this.nextWindowEnd += interval * Math.max(1, Math.floor((until - now) / interval));
    } else {
      this.nextWindowEnd += interval;
      this.sampleRtt = this.aggregate();
      const gradient = gradientOf(this.minRtt, this.sampleRtt, this.config.minRttBuffer);
      this.setLimit(nextLimit(this.limit, gradient, this.config.minConcurrency, this.config.maxConcurrencyLimit), now);
    }
  }

  private setLimit(limit: number, now: number): void {
    const { minConcurrency } = this.config;
    const stays = !this.measuring && this.limit === minConcurrency && limit === minConcurrency;
    this.windowsAtMinimum = stays ? this.windowsAtMinimum + 1 : 0;
    this.limit = limit;
    // The measured minRTT may be wrong; the limit is where it needs to be to measure it.
    if (this.windowsAtMinimum >= MOST_WINDOWS_AT_MINIMUM) this.nextMeasurement = now;
  }

  private aggregate(): number {
    const microseconds = Math.floor(this.samples.quantile(this.config.sampleAggregatePercentile));
    this.samples.clear();
    return microseconds * MICROSECOND;
  }

  /** The interval and up to the jitter's share of it, in whole milliseconds. */
  private jitteredInterval(): number {
    const milliseconds = Math.floor(this.config.minRttInterval / MILLISECOND);
    const range = -Math.floor(-milliseconds * this.config.minRttJitter);
    const added = range === 0 ? 0 : Math.floor(this.jitter() * range);
    return (milliseconds + added) * MILLISECOND;
  }
}
