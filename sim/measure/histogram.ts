import { highWord } from '../kernel/math.ts';

/** 128 buckets an octave: the top seven bits of the fraction. */
const SHIFT = 13;
const FIRST = highWord(1) >>> SHIFT;
const OCTAVES = 53;
const BUCKETS = OCTAVES * 128;

/**
 * Counts of durations from 0 to 2^53 ns in buckets 0.8 % wide, straight from the bits of the float64; a quantile is
 * interpolated within its bucket. Two histograms merge by addition.
 */
export class Histogram {
  readonly counts = new Float64Array(BUCKETS);
  /** Values below 1, which is to say 0. */
  zeros = 0;
  count = 0;
  sum = 0;
  max = 0;

  record(value: number): void {
    this.count++;
    this.sum += value;
    if (value > this.max) this.max = value;
    if (value < 1) this.zeros++;
    else this.counts[(highWord(value) >>> SHIFT) - FIRST]++;
  }

  add(other: Histogram): void {
    for (let i = 0; i < BUCKETS; i++) this.counts[i] += other.counts[i];
    this.zeros += other.zeros;
    this.count += other.count;
    this.sum += other.sum;
    this.max = Math.max(this.max, other.max);
  }

  /** NaN if empty. */
  get mean(): number {
    return this.count === 0 ? NaN : this.sum / this.count;
  }

  /** The value that a share `q` of all values does not exceed; NaN if empty. */
  quantile(q: number): number {
    return this.count === 0 ? NaN : this.quantileAmong(q, 0);
  }

  /** The same with so many further zeros; 0 if there is nothing at all. */
  quantileAmong(q: number, moreZeros: number): number {
    const rank = q * (this.count + moreZeros);
    let before = this.zeros + moreZeros;
    if (rank <= before) return 0;
    for (let i = 0; i < BUCKETS; i++) {
      const here = this.counts[i];
      if (here > 0 && rank <= before + here) {
        const low = bucketStart(i);
        const value = low + (bucketStart(i + 1) - low) * ((rank - before) / here);
        return Math.min(value, this.max);
      }
      before += here;
    }
    return this.max;
  }

  /** Share of values up to `value` (to within its bucket). */
  shareUpTo(value: number): number {
    if (this.count === 0) return NaN;
    let below = this.zeros;
    for (let i = 0; i < BUCKETS && bucketStart(i + 1) <= value; i++) below += this.counts[i];
    return below / this.count;
  }
}

function bucketStart(index: number): number {
  const octave = Math.floor(index / 128);
  let scale = 1;
  for (let i = 0; i < octave; i++) scale *= 2;
  return scale * (1 + (index - octave * 128) / 128);
}
