import { z } from 'zod';
import type { DistributionSpec } from '../kernel/distributions/index.ts';
import { buildDistribution, LOGNORMAL_MAX_P99_RATIO, lognormalByMeanAndP99 } from '../kernel/distributions/index.ts';
import { gammaFunction } from '../kernel/gamma-function.ts';
import { parseDuration } from '../units/duration.ts';

type Written = string | number;

/** What the values of a distribution are: how people write them. */
export interface Quantity {
  readonly name: string;
  readonly example: string;
  read(value: Written): number | undefined;
}

export const DURATIONS: Quantity = { name: 'duration', example: '80ms', read: parseDuration };
export const FACTORS: Quantity = {
  name: 'number',
  example: '1.5',
  read: (value) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined),
};

/**
 * A distribution as people write it: a plain value, or one key that names the family. Reads into a `DistributionSpec`;
 * parameters without meaning are refused with the family's own range.
 */
export function distributionSchema(quantity: Quantity, about: string): z.ZodType<DistributionSpec> {
  const value = quantitySchema(quantity);
  const positive = z.number({ error: 'expected a number' });
  const family = z.strictObject({
    deterministic: value.optional(),
    exponential: z.union([value, z.strictObject({ mean: value })]).optional(),
    uniform: z.strictObject({ min: value, max: value }).optional(),
    normal: z
      .strictObject({ mean: value, sd: value, min: value.optional(), max: value.optional() })
      .optional()
      .describe('Truncated to [min, max] (min 0 unless given) by drawing again.'),
    lognormal: z
      .union([z.strictObject({ mean: value, p99: value }), z.strictObject({ mu: z.number(), sigma: positive })], {
        error: 'expected { mean, p99 } or { mu, sigma }',
      })
      .optional(),
    gamma: z.strictObject({ shape: positive, mean: value }).optional(),
    erlang: z.strictObject({ k: z.int().min(1), mean: value }).optional(),
    weibull: z
      .union([z.strictObject({ shape: positive, mean: value }), z.strictObject({ shape: positive, scale: value })], {
        error: 'expected { shape, mean } or { shape, scale }',
      })
      .optional(),
    pareto: z.strictObject({ alpha: positive, min: value, max: value }).optional(),
    hyperexponential: z
      .union(
        [
          z.strictObject({ branches: z.array(z.strictObject({ weight: positive, mean: value })).min(1) }),
          z.strictObject({ mean: value, cv2: positive }),
        ],
        { error: 'expected { branches: [{ weight, mean }] } or { mean, cv2 } with cv2 of 1 or more' },
      )
      .optional(),
    empirical: z.strictObject({ values: z.array(value).min(1), weights: z.array(positive).optional() }).optional(),
  });
  const families = Object.keys(family.shape);
  return z
    .union([value, family], {
      error: `expected a ${quantity.name} such as ${quantity.example}, or one of { ${families.join(', ')} }`,
    })
    .transform((written, context): DistributionSpec => {
      const outcome =
        typeof written === 'number' ? { kind: 'deterministic', value: written } : toSpec(written, families);
      const problem = typeof outcome === 'string' ? outcome : meaningless(outcome as DistributionSpec);
      if (problem === undefined) return outcome as DistributionSpec;
      context.addIssue({ code: 'custom', message: problem, input: written });
      return z.NEVER;
    })
    .describe(about);
}

/** A single value of a quantity. */
export function quantitySchema(quantity: Quantity): z.ZodType<number> {
  const expected = `expected a ${quantity.name} such as ${quantity.example}`;
  return z.union([z.string(), z.number()], { error: expected }).transform((written, context) => {
    const value = quantity.read(written);
    if (value !== undefined && value >= 0) return value;
    const message = value === undefined ? expected : 'expected 0 or more';
    context.addIssue({ code: 'custom', message, input: written });
    return z.NEVER;
  });
}

type Family = Readonly<Record<string, unknown>>;

/** The plain data of a family, or what is wrong. */
function toSpec(written: Family, families: readonly string[]): DistributionSpec | string {
  const given = families.filter((name) => written[name] !== undefined);
  if (given.length !== 1) return `expected one of { ${families.join(', ')} }, not ${given.length} of them`;
  const name = given[0];
  const parameters = written[name] as never;
  try {
    return TO_SPEC[name](parameters);
  } catch (error) {
    return (error as Error).message;
  }
}

interface ByName {
  readonly [name: string]: (parameters: never) => DistributionSpec;
}

const TO_SPEC: ByName = {
  deterministic: (value: number) => ({ kind: 'deterministic', value }),
  exponential: (given: number | { mean: number }) => ({
    kind: 'exponential',
    mean: typeof given === 'number' ? given : given.mean,
  }),
  uniform: ({ min, max }: { min: number; max: number }) => ({ kind: 'uniform', min, max }),
  normal: ({ mean, sd, min, max }: { mean: number; sd: number; min?: number; max?: number }) => ({
    kind: 'normal',
    mean,
    sd,
    min: min ?? 0,
    max: max ?? Infinity,
  }),
  lognormal: (given: { mean: number; p99: number } | { mu: number; sigma: number }) => {
    if ('mu' in given) return { kind: 'lognormal', mu: given.mu, sigma: given.sigma };
    const ratio = given.p99 / given.mean;
    if (!(ratio > 1 && ratio <= LOGNORMAL_MAX_P99_RATIO)) {
      throw new RangeError(
        `a lognormal needs a p99 of more than 1 and at most 14.9 times its mean, not ${ratio} times`,
      );
    }
    return { kind: 'lognormal', ...lognormalByMeanAndP99(given.mean, given.p99) };
  },
  gamma: ({ shape, mean }: { shape: number; mean: number }) => ({ kind: 'gamma', shape, mean }),
  erlang: ({ k, mean }: { k: number; mean: number }) => ({ kind: 'gamma', shape: k, mean }),
  weibull: (given: { shape: number; mean?: number; scale?: number }) => ({
    kind: 'weibull',
    shape: given.shape,
    scale: given.scale ?? given.mean! / gammaFunction(1 + 1 / given.shape),
  }),
  pareto: ({ alpha, min, max }: { alpha: number; min: number; max: number }) => ({ kind: 'pareto', alpha, min, max }),
  hyperexponential: (
    given: { branches: { weight: number; mean: number }[] } | { mean: number; cv2: number },
  ): DistributionSpec => ({
    kind: 'hyperexponential',
    branches: 'branches' in given ? given.branches : balancedBranches(given.mean, given.cv2),
  }),
  empirical: ({ values, weights }: { values: number[]; weights?: number[] }) => ({
    kind: 'empirical',
    values,
    weights: weights ?? values.map(() => 1),
  }),
};

/** Two branches with balanced means (weight * mean alike) for a squared coefficient of variation. */
function balancedBranches(mean: number, cv2: number): { weight: number; mean: number }[] {
  if (!(cv2 >= 1)) throw new RangeError(`a hyperexponential needs a cv2 of 1 or more, not ${cv2}`);
  const p = 0.5 * (1 + Math.sqrt((cv2 - 1) / (cv2 + 1)));
  if (p === 0.5) return [{ weight: 1, mean }];
  return [
    { weight: p, mean: mean / (2 * p) },
    { weight: 1 - p, mean: mean / (2 * (1 - p)) },
  ];
}

/** Why a specification has no meaning, if it has none. */
function meaningless(spec: DistributionSpec): string | undefined {
  try {
    buildDistribution(spec);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
