import type { RandomSource } from '../../kernel/random.ts';
import { NEVER, SECOND } from '../../kernel/time.ts';
import { exponential } from '../../kernel/ziggurat.ts';
import type { ArrivalSpec } from '../spec.ts';

/** The arrivals of one open-loop source, one after the other. */
export interface Arrivals {
  /** Time of the next arrival, nanoseconds; `NEVER` when there are no more. Never goes back. */
  next(): number;
}

/** A factor on the rate of a source while a surge lasts. */
export interface Surge {
  readonly from: number;
  readonly until: number;
  readonly factor: number;
}

/** The arrivals that this describes, with the rate multiplied by the surges in force. */
export function buildArrivals(spec: ArrivalSpec, surges: readonly Surge[], stream: RandomSource): Arrivals {
  if (spec.kind === 'poisson' && surges.length === 0) return new PoissonArrivals(spec.rate, stream);
  const rate = new RateProfile(spec.kind === 'profile' ? spec.points : [{ at: 0, rate: spec.rate }], surges);
  return new ProfileArrivals(rate, spec.kind === 'deterministic' ? null : stream);
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
class ProfileArrivals implements Arrivals {
  private readonly rate: RateProfile;
  private readonly stream: RandomSource | null;
  private expected = 0;

  constructor(rate: RateProfile, stream: RandomSource | null) {
    this.rate = rate;
    this.stream = stream;
  }

  next(): number {
    this.expected += this.stream === null ? 1 : exponential(this.stream);
    const time = this.rate.timeOf(this.expected);
    return time === NEVER ? NEVER : Math.floor(time + 0.5);
  }
}

/** A piecewise linear rate and its integral. */
class RateProfile {
  private readonly starts: number[] = [];
  /** Rate per nanosecond at each segment's start, and its change per nanosecond. */
  private readonly rates: number[] = [];
  private readonly slopes: number[] = [];
  /** Expected arrivals before each segment. */
  private readonly before: number[] = [];
  private cursor = 0;

  constructor(points: readonly { readonly at: number; readonly rate: number }[], surges: readonly Surge[]) {
    const edges = new Set<number>([0]);
    for (const point of points) edges.add(point.at);
    for (const surge of surges) {
      edges.add(surge.from);
      if (surge.until !== NEVER) edges.add(surge.until);
    }
    const starts = [...edges].sort((a, b) => a - b);
    let expected = 0;
    for (let i = 0; i < starts.length; i++) {
      const from = starts[i];
      const end = i + 1 < starts.length ? starts[i + 1] : NEVER;
      let factor = 1;
      for (const surge of surges) if (surge.from <= from && from < surge.until) factor *= surge.factor;
      const first = (rateAt(points, from) * factor) / SECOND;
      const last = end === NEVER ? first : (rateBefore(points, end) * factor) / SECOND;
      this.starts.push(from);
      this.rates.push(first);
      this.slopes.push(end === NEVER ? 0 : (last - first) / (end - from));
      this.before.push(expected);
      if (end !== NEVER) expected += ((first + last) / 2) * (end - from);
    }
  }

  /** When so many arrivals are expected to have come. Calls must not go back. */
  timeOf(expected: number): number {
    let i = this.cursor;
    while (i + 1 < this.starts.length && this.before[i + 1] <= expected) i++;
    this.cursor = i;
    const need = expected - this.before[i];
    const rate = this.rates[i];
    const slope = this.slopes[i];
    if (slope === 0) return rate > 0 ? this.starts[i] + need / rate : NEVER;
    // rate * t + slope/2 * t² = need, in the form that loses no digits when the slope is small.
    const root = Math.sqrt(Math.max(0, rate * rate + 2 * slope * need));
    return this.starts[i] + (2 * need) / (rate + root);
  }
}

function rateAt(points: readonly { readonly at: number; readonly rate: number }[], time: number): number {
  let i = 0;
  while (i + 1 < points.length && points[i + 1].at <= time) i++;
  const here = points[i];
  if (time <= here.at || i + 1 === points.length) return here.rate;
  const next = points[i + 1];
  return here.rate + ((next.rate - here.rate) * (time - here.at)) / (next.at - here.at);
}

/** The rate just before `time`: at a jump (two points at one time) the earlier one. */
function rateBefore(points: readonly { readonly at: number; readonly rate: number }[], time: number): number {
  let i = points.length - 1;
  while (i > 0 && points[i].at >= time) i--;
  const here = points[i];
  if (here.at >= time || i + 1 === points.length) return here.rate;
  const next = points[i + 1];
  return here.rate + ((next.rate - here.rate) * (time - here.at)) / (next.at - here.at);
}
