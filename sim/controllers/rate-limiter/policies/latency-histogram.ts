/** Powers of ten up to 10^15. */
const MAGNITUDES = 16;
/** Two leading digits: 10 to 99. */
const BINS_PER_MAGNITUDE = 90;

const POWERS = new Float64Array(MAGNITUDES);
for (let i = 0, power = 1; i < MAGNITUDES; i++, power *= 10) POWERS[i] = power;

/**
 * A log-linear histogram of whole numbers of fixed size: values share a bin if their two leading digits and their
 * magnitude are the same. After libcircllhist, in which Envoy keeps its latency samples.
 */
export class LatencyHistogram {
  /** Samples in it. */
  count = 0;
  /** Bin 0 is the value 0. */
  private readonly bins = new Uint32Array(1 + MAGNITUDES * BINS_PER_MAGNITUDE);
  private lowest = Infinity;
  private highest = -1;

  /** @param value whole, from 0 */
  insert(value: number): void {
    const bin = binOf(value);
    this.bins[bin]++;
    this.count++;
    if (bin < this.lowest) this.lowest = bin;
    if (bin > this.highest) this.highest = bin;
  }

  /**
   * The value below which the share `q` of the samples lies, interpolated within its bin (`hist_approx_quantile`); NaN
   * without samples.
   */
  quantile(q: number): number {
    if (this.count === 0) return NaN;
    const target = this.count * q;
    let below = 0;
    let bin = this.lowest;
    while (bin < this.highest && below + this.bins[bin] < target) {
      below += this.bins[bin];
      bin++;
      while (this.bins[bin] === 0) bin++;
    }
    return lowerEdge(bin) + ((target - below) / this.bins[bin]) * width(bin);
  }

  clear(): void {
    if (this.count > 0) this.bins.fill(0, this.lowest, this.highest + 1);
    this.count = 0;
    this.lowest = Infinity;
    this.highest = -1;
  }
}

function binOf(value: number): number {
  if (value < 1) return 0;
  let digits = value < 10 ? value * 10 : value;
  let magnitude = value < 10 ? 0 : 1;
  for (; digits >= 100 && magnitude < MAGNITUDES - 1; magnitude++) digits = Math.floor(digits / 10);
  return 1 + magnitude * BINS_PER_MAGNITUDE + Math.min(digits, 99) - 10;
}

function lowerEdge(bin: number): number {
  if (bin === 0) return 0;
  const digits = 10 + ((bin - 1) % BINS_PER_MAGNITUDE);
  return (digits / 10) * POWERS[magnitudeOf(bin)];
}

function width(bin: number): number {
  return bin === 0 ? 0 : POWERS[magnitudeOf(bin)] / 10;
}

function magnitudeOf(bin: number): number {
  return Math.floor((bin - 1) / BINS_PER_MAGNITUDE);
}
