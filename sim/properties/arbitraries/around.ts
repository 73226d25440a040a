import fc from 'fast-check';
import type { Baseline } from '../baseline.ts';
import type { Edits, Unit } from '../edits.ts';
import { NO_EDITS, unitOf, UNITS } from '../edits.ts';
import { PropertyTestError } from '../property-test-error.ts';
import type { Variation, Varied } from './variation.ts';
import { fixed } from './variation.ts';

/** A quantity as a scenario says it: `'12s'`, `'900/s'`, `'50%'`, `8`. */
export type Quantity = string | number;

export interface AroundOptions {
  /** Values are this far apart, from the baseline on; about a hundredth of the range, a round number, unless given. */
  readonly step?: Quantity;
  /** Where it shrinks to, for a setting that the baseline leaves open. */
  readonly from?: Quantity;
}

/** Steps in a range whose step is not given. */
const STEPS = 120;

/** One setting anywhere between two values; it shrinks towards the baseline's. */
export function around(path: string, low: Quantity, high: Quantity, options: AroundOptions = {}): Variation {
  return { over: (baseline) => new Range(baseline, path, low, high, options).varied() };
}

class Range {
  private readonly path: string;
  private readonly unit: Unit;
  private readonly low: number;
  private readonly high: number;
  /** Where it shrinks to, and whether that is the baseline itself. */
  private readonly anchor: number;
  private readonly isBaseline: boolean;
  private readonly step: number;

  constructor(baseline: Baseline, path: string, low: Quantity, high: Quantity, { step, from }: AroundOptions) {
    this.path = path;
    const asked = `around('${path}', ${JSON.stringify(low)}, ${JSON.stringify(high)})`;
    this.unit = commonUnit(low, high, asked);
    this.low = this.unit.read(low)!;
    this.high = this.unit.read(high)!;
    if (this.low > this.high)
      throw new PropertyTestError(`${asked}: the range is empty, since ${low} is above ${high}`);
    const known = baselineValue(baseline, path, this.unit) ?? (from === undefined ? undefined : this.unit.read(from));
    if (known === undefined) {
      if (!baseline.hasField(path)) baseline.layer(path.split('.')[0], asked);
      throw new PropertyTestError(
        `${asked}: the baseline has no ${this.unit.name} at \`${path}\` to shrink to; give one as { from: … }`,
      );
    }
    this.isBaseline = known >= this.low && known <= this.high;
    this.anchor = Math.max(this.low, Math.min(this.high, known));
    this.step = this.stepOf(step, asked);
  }

  private stepOf(given: Quantity | undefined, asked: string): number {
    const span = this.high - this.low;
    if (given !== undefined) {
      const step = this.unit.read(given);
      if (step === undefined || step <= 0) throw new PropertyTestError(`${asked}: \`step\` cannot be ${given}`);
      return step;
    }
    const round = roundStep(span / STEPS);
    const whole = this.unit === UNITS.number && [this.low, this.high, this.anchor].every(Number.isInteger);
    return whole || this.unit === UNITS.duration ? Math.max(1, round) : round;
  }

  varied(): Varied {
    const { low, high, anchor, step } = this;
    const down = -Math.floor((anchor - low) / step + 0.999999);
    const up = Math.floor((high - anchor) / step + 0.999999);
    return fixed(
      fc.integer({ min: down, max: up }).map((steps) => this.editsAt(steps)),
      [this.editsAt(down), this.editsAt(up)],
    );
  }

  private editsAt(steps: number): Edits {
    if (steps === 0 && this.isBaseline) return NO_EDITS;
    const value = Math.max(this.low, Math.min(this.high, this.anchor + steps * this.step));
    return { [this.path]: this.unit.write(value) };
  }
}

/** What both ends are written in. A number may stand for a share (0.5), and 0 for no time. */
function commonUnit(low: Quantity, high: Quantity, asked: string): Unit {
  const units = [low, high].map(unitOf);
  const unit = units.find((one) => one !== undefined && one !== UNITS.number) ?? units[0];
  if (unit === undefined || unit.read(low) === undefined || unit.read(high) === undefined) {
    throw new PropertyTestError(`${asked}: expected two durations, rates, shares or numbers`);
  }
  return unit;
}

/** The baseline's own value: as it is written, or by default. */
function baselineValue(baseline: Baseline, path: string, unit: Unit): number | undefined {
  const written = baseline.writtenAt(path);
  if (written !== undefined) return unit.read(written);
  const preset = baseline.defaultAt(path);
  return typeof preset === 'number' && Number.isFinite(preset) ? preset : undefined;
}

/** The nearest 1, 2 or 5 times a power of ten below. */
function roundStep(step: number): number {
  if (step <= 0) return 1;
  let power = 1;
  while (power > step) power /= 10;
  while (power * 10 <= step) power *= 10;
  return [5, 2, 1].map((digit) => digit * power).find((one) => one <= step * (1 + 1e-9)) ?? power;
}
