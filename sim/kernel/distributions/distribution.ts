import type { RandomSource } from '../random.ts';

/** A distribution of non-negative numbers. What they measure (nanoseconds, a factor) is the owner's affair. */
export interface Distribution {
  /** Expected value; `Infinity` where it does not exist. */
  readonly mean: number;
  sample(source: RandomSource): number;
}

/**
 * A distribution as plain data. Parameters are checked where they are read (the scenario schema) and again by
 * `buildDistribution`, which throws a RangeError on values without meaning.
 */
export type DistributionSpec =
  | { kind: 'deterministic'; value: number }
  | { kind: 'exponential'; mean: number }
  | { kind: 'uniform'; min: number; max: number }
  /** Truncated to [min, max] by drawing again; max may be `Infinity`. */
  | { kind: 'normal'; mean: number; sd: number; min: number; max: number }
  | { kind: 'lognormal'; mu: number; sigma: number }
  /** Erlang where the shape is whole. */
  | { kind: 'gamma'; shape: number; mean: number }
  | { kind: 'weibull'; shape: number; scale: number }
  /** Bounded Pareto on [min, max] with tail index `alpha`; max may be `Infinity`. */
  | { kind: 'pareto'; alpha: number; min: number; max: number }
  /** A mixture of exponentials. */
  | { kind: 'hyperexponential'; branches: readonly { weight: number; mean: number }[] }
  /** Values with weights. */
  | { kind: 'empirical'; values: readonly number[]; weights: readonly number[] };

export function requireFinite(name: string, value: number): void {
  if (!Number.isFinite(value)) throw new RangeError(`${name} must be finite, not ${value}`);
}

export function requirePositive(name: string, value: number): void {
  if (!(value > 0) || value === Infinity) throw new RangeError(`${name} must be positive and finite, not ${value}`);
}

export function requireNonNegative(name: string, value: number): void {
  if (!(value >= 0) || value === Infinity)
    throw new RangeError(`${name} must be zero or more and finite, not ${value}`);
}
