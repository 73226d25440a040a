import { Stream } from '../../kernel/random.ts';
import type { RandomSource } from '../../kernel/random.ts';
import { NEVER, SECOND } from '../../kernel/time.ts';
import { exponential } from '../../kernel/ziggurat.ts';
import type { OpenArrivalSpec } from '../spec.ts';
import { dailySegments, ExpectedTime, modulatedSegments, pointSegments, surgedSegments } from './rate-segments.ts';
import type { RateSegments, Surge } from './rate-segments.ts';

export type { Surge } from './rate-segments.ts';

/** The arrivals of one open-loop source, one after the other. */
export interface Arrivals {
  /** Time of the next arrival, nanoseconds; `NEVER` when there are no more. Never goes back. */
  next(): number;
}

/** The arrivals that this describes, with the rate multiplied by the surges in force. */
export function buildArrivals(spec: OpenArrivalSpec, surges: readonly Surge[], seed: string, name: string): Arrivals {
  const stream = new Stream(seed, `arrivals/${name}`);
  if (spec.kind === 'recorded') return new RecordedArrivals(spec.times);
  if (spec.kind === 'poisson' && surges.length === 0) return new PoissonArrivals(spec.rate, stream);
  const segments = surgedSegments(segmentsOf(spec, seed, name), surges);
  return new MovingArrivals(new ExpectedTime(segments), spec.kind === 'deterministic' ? null : stream);
}

function segmentsOf(spec: Exclude<OpenArrivalSpec, { kind: 'recorded' }>, seed: string, name: string): RateSegments {
  switch (spec.kind) {
    case 'poisson':
    case 'deterministic':
      return pointSegments([{ at: 0, rate: spec.rate }]);
    case 'profile':
      return pointSegments(spec.points);
    case 'daily':
      return dailySegments(spec.mean, spec.peak, spec.period, spec.peakAt);
    case 'mmpp':
      return modulatedSegments(spec.states, new Stream(seed, `modulation/${name}`));
  }
}

class PoissonArrivals implements Arrivals {
  private time = 0;
  private readonly gap: number;
  private readonly stream: RandomSource;

  constructor(rate: number, stream: RandomSource) {
    this.gap = SECOND / rate;
    this.stream = stream;
  }

  next(): number {
    // The exact time is carried on, so that rounding each arrival to a nanosecond does not add up.
    this.time += exponential(this.stream) * this.gap;
    return Math.floor(this.time + 0.5);
  }
}

/**
 * Arrivals at a moving rate: unit-rate arrivals (Poisson, or evenly spaced where `stream` is null) on the axis of
 * expected arrivals, carried back to time. So a surge stretches the same sequence and does not draw another one.
 */
class MovingArrivals implements Arrivals {
  private readonly times: ExpectedTime;
  private readonly stream: RandomSource | null;
  private expected = 0;

  constructor(times: ExpectedTime, stream: RandomSource | null) {
    this.times = times;
    this.stream = stream;
  }

  next(): number {
    this.expected += this.stream === null ? 1 : exponential(this.stream);
    const time = this.times.of(this.expected);
    return time === NEVER ? NEVER : Math.floor(time + 0.5);
  }
}

class RecordedArrivals implements Arrivals {
  private readonly times: ArrayLike<number>;
  private place = 0;

  constructor(times: ArrayLike<number>) {
    this.times = times;
  }

  next(): number {
    return this.place < this.times.length ? this.times[this.place++] : NEVER;
  }
}
