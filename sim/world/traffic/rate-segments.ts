import { cosineOfTurn } from '../../kernel/math.ts';
import { uniform } from '../../kernel/random.ts';
import type { RandomSource } from '../../kernel/random.ts';
import { NEVER, SECOND, wholeNanoseconds } from '../../kernel/time.ts';
import { exponential } from '../../kernel/ziggurat.ts';

/** A stretch of time over which a rate moves in a straight line. Rates in events a second. */
export interface RateSegment {
  readonly from: number;
  /** `NEVER` for the last. */
  readonly until: number;
  readonly first: number;
  readonly last: number;
}

/** Consecutive stretches, from time 0 on; made as they are needed. */
export type RateSegments = Iterator<RateSegment, void>;

/** The rate given at points, straight between them, steady after the last; two points at one time make a step. */
export function* pointSegments(points: readonly { readonly at: number; readonly rate: number }[]): RateSegments {
  if (points[0].at > 0) yield { from: 0, until: points[0].at, first: points[0].rate, last: points[0].rate };
  for (let i = 0; i + 1 < points.length; i++) {
    const { at, rate } = points[i];
    const next = points[i + 1];
    if (next.at > at) yield { from: at, until: next.at, first: rate, last: next.rate };
  }
  const end = points[points.length - 1];
  yield { from: end.at, until: NEVER, first: end.rate, last: end.rate };
}

/** Pieces in which a day's wave is drawn: straight lines, at most 0.1 % off. */
const PIECES_OF_A_DAY = 96;

/** A wave between a mean less and a mean plus its swing, highest at `peakAt` of each period. */
export function* dailySegments(mean: number, peak: number, period: number, peakAt: number): RateSegments {
  const rateAt = (time: number): number => mean + (peak - mean) * cosineOfTurn((time - peakAt) / period);
  const piece = period / PIECES_OF_A_DAY;
  for (let i = 0; ; i++) {
    const from = Math.floor(i * piece);
    const until = Math.floor((i + 1) * piece);
    yield { from, until, first: Math.max(0, rateAt(from)), last: Math.max(0, rateAt(until)) };
  }
}

/** One state of a modulated source: its rate, and how long it lasts on average. */
export interface ModulatedState {
  readonly rate: number;
  readonly mean: number;
}

/**
 * A Markov-modulated rate: each state lasts for an exponential time, then another begins (with two states in turn, with
 * more any of the others alike). It begins in a state drawn by how much of the time each takes.
 */
export function* modulatedSegments(states: readonly ModulatedState[], stream: RandomSource): RateSegments {
  let state = drawByTime(states, uniform(stream));
  let from = 0;
  for (;;) {
    const { rate, mean } = states[state];
    const until = from + Math.max(1, wholeNanoseconds(exponential(stream) * mean));
    yield { from, until, first: rate, last: rate };
    from = until;
    const step = states.length === 2 ? 1 : 1 + Math.floor(uniform(stream) * (states.length - 1));
    state = (state + step) % states.length;
  }
}

function drawByTime(states: readonly ModulatedState[], u: number): number {
  let total = 0;
  for (const { mean } of states) total += mean;
  let left = u * total;
  for (let i = 0; i < states.length - 1; i++) {
    left -= states[i].mean;
    if (left < 0) return i;
  }
  return states.length - 1;
}

/** A factor on the rate of a source while a surge lasts. */
export interface Surge {
  readonly from: number;
  readonly until: number;
  readonly factor: number;
}

/** The same stretches with the rate multiplied by the surges in force. */
export function* surgedSegments(segments: RateSegments, surges: readonly Surge[]): RateSegments {
  const edges = [...new Set(surges.flatMap(({ from, until }) => [from, until]))].sort((a, b) => a - b);
  for (let next = segments.next(); next.done !== true; next = segments.next()) {
    const { from, until, first, last } = next.value;
    const rateAt = (time: number): number =>
      until === NEVER ? first : first + ((last - first) * (time - from)) / (until - from);
    const cuts = [from, ...edges.filter((edge) => edge > from && edge < until), until];
    for (let i = 0; i + 1 < cuts.length; i++) {
      let factor = 1;
      for (const surge of surges) if (surge.from <= cuts[i] && cuts[i] < surge.until) factor *= surge.factor;
      const end = cuts[i + 1];
      yield {
        from: cuts[i],
        until: end,
        first: rateAt(cuts[i]) * factor,
        last: (end === NEVER ? last : rateAt(end)) * factor,
      };
    }
  }
}

/** Finds when so many events are expected to have come: the integral of the rate, turned round. */
export class ExpectedTime {
  private readonly segments: RateSegments;
  private segment: RateSegment | null;
  /** Expected events before the current stretch. */
  private before = 0;

  constructor(segments: RateSegments) {
    this.segments = segments;
    this.segment = this.next();
  }

  /** Nanoseconds; `NEVER` if the rate ends before. Calls must not go back. */
  of(expected: number): number {
    for (;;) {
      const { segment } = this;
      if (segment === null) return NEVER;
      const { from, until, first, last } = segment;
      const span = until - from;
      const here = until === NEVER ? (first > 0 ? NEVER : 0) : (((first + last) / 2) * span) / SECOND;
      if (expected < this.before + here) return from + timeWithin(segment, expected - this.before);
      if (until === NEVER) return NEVER;
      this.before += here;
      this.segment = this.next();
    }
  }

  private next(): RateSegment | null {
    const { done, value } = this.segments.next();
    return done === true || value === undefined ? null : value;
  }
}

/** rate * t + slope/2 * t² = need, in the form that loses no digits when the slope is small. */
function timeWithin({ from, until, first, last }: RateSegment, need: number): number {
  const rate = first / SECOND;
  const slope = until === NEVER ? 0 : (last - first) / SECOND / (until - from);
  if (slope === 0) return need / rate;
  return (2 * need) / (rate + Math.sqrt(Math.max(0, rate * rate + 2 * slope * need)));
}
