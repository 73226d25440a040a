import { z } from 'zod';
import { duration, integer, number } from '../controllers/parameters.ts';
import type { DistributionSpec } from '../kernel/distributions/index.ts';
import { buildDistribution, LOGNORMAL_MAX_P99_RATIO, lognormalByMeanAndP99 } from '../kernel/distributions/index.ts';
import { gammaFunction } from '../kernel/gamma-function.ts';
import { MAX_TIME } from '../kernel/time.ts';
import { formatDuration } from '../units/duration.ts';

/** What the values of a distribution are, and how people write them. */
export interface Quantity {
  readonly name: 'duration' | 'factor';
  readonly example: string;
  /** Zero or more. */
  value(about: string): z.ZodType<number>;
  /** More than zero. */
  positive(about: string): z.ZodType<number>;
  format(value: number): string;
}

export const DURATIONS: Quantity = {
  name: 'duration',
  example: '80ms',
  value: (about) => duration({ about }),
  positive: (about) => duration({ about, min: '1ns' }),
  format: formatDuration,
};

const SMALLEST = 0.000001;

export const FACTORS: Quantity = {
  name: 'factor',
  example: '1.5',
  value: (about) => number({ about, min: 0 }),
  positive: (about) => number({ about, min: SMALLEST }),
  format: String,
};

const quantities = new WeakMap<z.ZodType, Quantity>();

/** What the values are of a distribution's schema; undefined for any other schema. */
export function quantityOf(schema: z.ZodType): Quantity | undefined {
  return quantities.get(schema);
}

/**
 * A distribution as people write it: a plain value, or one key that names the family. Reads into a `DistributionSpec`;
 * parameters without meaning are refused with what the family allows.
 */
export function distributionSchema(quantity: Quantity, about: string): z.ZodType<DistributionSpec> {
  const family = familySchema(quantity);
  const names = Object.keys(family.shape);
  const schema = z
    .union([quantity.value(''), family], {
      error: `expected a ${quantity.name} such as ${quantity.example}, or one of { ${names.join(', ')} }`,
    })
    .transform((written, context): DistributionSpec => {
      if (typeof written === 'number') return { kind: 'deterministic', value: written };
      const given = names.filter((name) => (written as Family)[name] !== undefined);
      if (given.length !== 1) {
        context.addIssue({ code: 'custom', message: `expected exactly one of ${names.join(', ')}`, input: written });
        return z.NEVER;
      }
      const read = toSpec(given[0], (written as Family)[given[0]], quantity);
      if ('kind' in read) return read;
      const { at, message } = read;
      context.addIssue({ code: 'custom', message, path: [given[0], ...at], input: written });
      return z.NEVER;
    })
    .describe(about);
  quantities.set(schema, quantity);
  return schema;
}

/** One family by its name, with its parameters: exactly one of these fields. */
export function familySchema(quantity: Quantity) {
  return z.strictObject(familiesOf(quantity)).partial();
}

/** Every family, with its parameters. */
function familiesOf({ value, positive }: Quantity) {
  const shape = number({ about: 'Shape: above 1 there is a hump, below 1 a heavier tail.', min: SMALLEST });
  const weight = (min: number): z.ZodType<number> => number({ about: 'How often, relative to the others.', min });
  const mean = positive('The mean.');
  return {
    deterministic: value('Always this.'),
    exponential: z
      .union([mean, z.strictObject({ mean })], { error: 'expected a mean, or { mean }' })
      .describe('By its mean.'),
    uniform: z
      .strictObject({ min: value('The least.'), max: value('The most.') })
      .describe('Anything from min to max alike.'),
    normal: z
      .strictObject({
        mean: value('The mean, before it is cut.'),
        sd: positive('The standard deviation, before it is cut.'),
        min: value('Nothing below; 0 unless given.').optional(),
        max: value('Nothing above.').optional(),
      })
      .describe('Truncated to [min, max] (min 0 unless given) by drawing again.'),
    lognormal: z
      .union(
        [
          z.strictObject({ mean, p99: positive('99 of 100 are below.') }),
          z.strictObject({
            mu: number({ about: 'Mean of the logarithm (of nanoseconds, for durations).' }),
            sigma: number({ about: 'Standard deviation of the logarithm.', min: SMALLEST }),
          }),
        ],
        { error: 'expected { mean, p99 } or { mu, sigma }' },
      )
      .describe(`By mean and 99th percentile (at most ${LOGNORMAL_MAX_P99_RATIO} times the mean), or by mu and sigma.`),
    gamma: z.strictObject({ shape, mean }).describe('By shape and mean.'),
    erlang: z
      .strictObject({ k: integer({ about: 'Number of stages.', min: 1, max: 1_000_000 }), mean })
      .describe('A sum of k exponentials, by the mean of the whole.'),
    weibull: z
      .union([z.strictObject({ shape, mean }), z.strictObject({ shape, scale: positive('The scale.') })], {
        error: 'expected { shape, mean } or { shape, scale }',
      })
      .describe('By shape, and mean or scale.'),
    pareto: z
      .strictObject({
        alpha: number({ about: 'Tail index: the smaller, the heavier the tail.', min: SMALLEST }),
        min: positive('The least.'),
        max: positive('The most.'),
      })
      .describe('Bounded: a heavy tail between min and max.'),
    hyperexponential: z
      .union(
        [
          z.strictObject({
            branches: z
              .array(z.strictObject({ weight: weight(SMALLEST), mean }))
              .min(1)
              .describe('Its exponentials.'),
          }),
          z.strictObject({
            mean,
            cv2: number({ about: 'Squared coefficient of variation: variance / mean².', min: 1 }),
          }),
        ],
        { error: 'expected { branches: [{ weight, mean }] } or { mean, cv2 }' },
      )
      .describe('One of several exponentials, chosen by weight; or two of them, by mean and variation.'),
    empirical: z
      .strictObject({
        values: z.array(value('')).min(1).describe('The values.'),
        weights: z.array(weight(0)).describe('One for each value; alike unless given.').optional(),
      })
      .describe('Given values.'),
  };
}

type Family = Readonly<Record<string, unknown>>;

/** What is wrong with a family's parameters, and where in it. */
interface Fault {
  readonly at: readonly string[];
  readonly message: string;
}

/** The plain data of a family, or what is wrong with it. */
function toSpec(name: string, parameters: unknown, quantity: Quantity): DistributionSpec | Fault {
  const fault = RELATIONS[name]?.(parameters as never, quantity.format);
  if (fault !== undefined) return fault;
  const spec = TO_SPEC[name](parameters as never);
  try {
    const { mean } = buildDistribution(spec);
    if (Number.isFinite(mean) && (quantity !== DURATIONS || mean <= MAX_TIME)) return spec;
    return { at: [], message: `the mean of this ${name} is beyond every bound` };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { at: [], message: name === 'normal' ? TOO_FAR_OFF : error.message };
  }
}

const TOO_FAR_OFF = 'less than 1 % of this normal lies between min and max';

/** What must hold between the parameters of a family. */
const RELATIONS: { readonly [name: string]: (given: never, format: (value: number) => string) => Fault | undefined } = {
  uniform: ({ min, max }: { min: number; max: number }, format) =>
    max < min ? { at: ['max'], message: `expected at least min, which is ${format(min)}` } : undefined,
  normal: ({ min = 0, max = Infinity }: NormalParameters, format) =>
    max > min ? undefined : { at: ['max'], message: `expected more than min, which is ${format(min)}` },
  lognormal: (given: { mean: number; p99: number } | { mu: number; sigma: number }, format) => {
    if ('mu' in given || (given.p99 > given.mean && given.p99 <= LOGNORMAL_MAX_P99_RATIO * given.mean))
      return undefined;
    const message = `expected more than the mean of ${format(given.mean)}, and at most ${LOGNORMAL_MAX_P99_RATIO} times as much`;
    return { at: ['p99'], message };
  },
  pareto: ({ min, max }: { min: number; max: number }, format) =>
    max > min ? undefined : { at: ['max'], message: `expected more than min, which is ${format(min)}` },
  empirical: ({ values, weights }: { values: number[]; weights?: number[] }) => {
    if (weights === undefined) return undefined;
    if (weights.length !== values.length)
      return { at: ['weights'], message: `expected ${values.length}, one for each value` };
    return weights.every((weight) => weight === 0) ? { at: ['weights'], message: 'expected one above 0' } : undefined;
  },
};

interface NormalParameters {
  readonly mean: number;
  readonly sd: number;
  readonly min?: number;
  readonly max?: number;
}

const TO_SPEC: { readonly [name: string]: (given: never) => DistributionSpec } = {
  deterministic: (value: number) => ({ kind: 'deterministic', value }),
  exponential: (given: number | { mean: number }) => ({
    kind: 'exponential',
    mean: typeof given === 'number' ? given : given.mean,
  }),
  uniform: ({ min, max }: { min: number; max: number }) => ({ kind: 'uniform', min, max }),
  normal: ({ mean, sd, min = 0, max = Infinity }: NormalParameters) => ({ kind: 'normal', mean, sd, min, max }),
  lognormal: (given: { mean: number; p99: number } | { mu: number; sigma: number }) =>
    'mu' in given
      ? { kind: 'lognormal', mu: given.mu, sigma: given.sigma }
      : { kind: 'lognormal', ...lognormalByMeanAndP99(given.mean, given.p99) },
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

/** Two branches with balanced means (weight * mean alike) for a squared coefficient of variation of 1 or more. */
function balancedBranches(mean: number, cv2: number): { weight: number; mean: number }[] {
  const p = 0.5 * (1 + Math.sqrt((cv2 - 1) / (cv2 + 1)));
  if (p === 0.5) return [{ weight: 1, mean }];
  return [
    { weight: p, mean: mean / (2 * p) },
    { weight: 1 - p, mean: mean / (2 * (1 - p)) },
  ];
}
