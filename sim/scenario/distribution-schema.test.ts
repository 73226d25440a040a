import { describe, expect, it } from 'vitest';
import { broken, read, SMALL } from './testing/small-scenario.ts';

const AT = 's.yaml:7';
const PATH = 'world.services.checkout.serviceTime';

function timeOf(written: string): unknown {
  return read(SMALL.replace('serviceTime: 20ms', () => `serviceTime: ${written}`)).world.services[0].noise;
}

function slownessOf(written: string): unknown {
  return read(SMALL.replace('serviceTime: 20ms', () => `serviceTime: 20ms\n      slowness: ${written}`)).world
    .services[0].slowness;
}

describe('a distribution', () => {
  it.each([
    ['20ms', { kind: 'deterministic', value: 20e6 }],
    ['{ deterministic: 20ms }', { kind: 'deterministic', value: 20e6 }],
    ['{ exponential: 20ms }', { kind: 'exponential', mean: 20e6 }],
    ['{ exponential: { mean: 20ms } }', { kind: 'exponential', mean: 20e6 }],
    ['{ uniform: { min: 0, max: 20ms } }', { kind: 'uniform', min: 0, max: 20e6 }],
    ['{ normal: { mean: 20ms, sd: 5ms } }', { kind: 'normal', mean: 20e6, sd: 5e6, min: 0, max: Infinity }],
    [
      '{ normal: { mean: 20ms, sd: 5ms, min: 10ms, max: 30ms } }',
      { kind: 'normal', mean: 20e6, sd: 5e6, min: 10e6, max: 30e6 },
    ],
    ['{ lognormal: { mu: 16, sigma: 0.5 } }', { kind: 'lognormal', mu: 16, sigma: 0.5 }],
    ['{ gamma: { shape: 0.5, mean: 20ms } }', { kind: 'gamma', shape: 0.5, mean: 20e6 }],
    ['{ erlang: { k: 3, mean: 20ms } }', { kind: 'gamma', shape: 3, mean: 20e6 }],
    ['{ weibull: { shape: 1, mean: 20ms } }', { kind: 'weibull', shape: 1, scale: expect.closeTo(20e6, 3) as number }],
    ['{ weibull: { shape: 0.7, scale: 20ms } }', { kind: 'weibull', shape: 0.7, scale: 20e6 }],
    ['{ pareto: { alpha: 1.5, min: 5ms, max: 2s } }', { kind: 'pareto', alpha: 1.5, min: 5e6, max: 2e9 }],
    [
      '{ hyperexponential: { branches: [{ weight: 9, mean: 5ms }, { weight: 1, mean: 1s }] } }',
      {
        kind: 'hyperexponential',
        branches: [
          { weight: 9, mean: 5e6 },
          { weight: 1, mean: 1e9 },
        ],
      },
    ],
    [
      '{ hyperexponential: { mean: 20ms, cv2: 1 } }',
      { kind: 'hyperexponential', branches: [{ weight: 1, mean: 20e6 }] },
    ],
    ['{ empirical: { values: [5ms, 20ms] } }', { kind: 'empirical', values: [5e6, 20e6], weights: [1, 1] }],
    [
      '{ empirical: { values: [5ms, 20ms], weights: [3, 0] } }',
      { kind: 'empirical', values: [5e6, 20e6], weights: [3, 0] },
    ],
  ])('is read: %s', (written, spec) => {
    expect(timeOf(written)).toEqual(spec);
  });

  it('of mean and 99th percentile has these', () => {
    const { kind, mu, sigma } = timeOf('{ lognormal: { mean: 80ms, p99: 400ms } }') as Record<string, number>;
    expect(kind).toBe('lognormal');
    expect(Math.exp(mu + sigma ** 2 / 2)).toBeCloseTo(80e6, 0);
    expect(Math.exp(mu + 2.3263478740408408 * sigma)).toBeCloseTo(400e6, 0);
  });

  it('of mean and variation has these', () => {
    const { branches } = timeOf('{ hyperexponential: { mean: 20ms, cv2: 4 } }') as {
      branches: { weight: number; mean: number }[];
    };
    const moment = (n: number) => branches.reduce((sum, { weight, mean }) => sum + weight * mean ** n, 0);
    expect(moment(1)).toBeCloseTo(20e6, 3);
    expect((2 * moment(2)) / moment(1) ** 2 - 1).toBeCloseTo(4, 9);
  });

  it('may be of factors', () => {
    expect(slownessOf('{ uniform: { min: 1, max: 2 } }')).toEqual({ kind: 'uniform', min: 1, max: 2 });
    expect(slownessOf('[1, 1.5]')).toEqual([1, 1.5]);
    expect(slownessOf('2')).toEqual({ kind: 'deterministic', value: 2 });
  });
});

describe('a distribution that has no meaning', () => {
  const unit = 'expected a duration with its unit, such as 250ms or 30s';
  it.each([
    ['fast', `${AT}:20: ${PATH}: ${unit}, found "fast"`],
    ['20', `${AT}:20: ${PATH}: ${unit}, found 20`],
    ['-5ms', `${AT}:20: ${PATH}: expected at least 0s, found "-5ms"`],
    ['true', /serviceTime: expected a duration such as 80ms, or one of \{ deterministic, .*\}, found true$/],
    ['[5ms]', /serviceTime: expected a duration such as 80ms, or one of .*, found a list of 1$/],
    ['{}', /serviceTime: expected exactly one of deterministic, .*, found an empty map$/],
    [
      '{ exponential: 5ms, deterministic: 5ms }',
      /serviceTime: expected exactly one of .*, found a map with exponential, deterministic$/,
    ],
    ['{ lognorml: 5ms }', `${AT}:22: ${PATH}.lognorml: unknown field \`lognorml\`; did you mean \`lognormal\`?`],
    ['{ deterministic: 5 }', `${AT}:37: ${PATH}.deterministic: ${unit}, found 5`],
    ['{ exponential: 0 }', `${AT}:35: ${PATH}.exponential: expected at least 1ns, found 0`],
    [
      '{ exponential: { maen: 5ms } }',
      `${AT}:37: ${PATH}.exponential.maen: unknown field \`maen\`; did you mean \`mean\`?`,
    ],
    ['{ uniform: { min: 5ms } }', `${AT}:22: ${PATH}.uniform: \`max\` is missing (${unit})`],
    [
      '{ uniform: { min: 5ms, max: 2ms } }',
      `${AT}:48: ${PATH}.uniform.max: expected at least min, which is 5ms, found "2ms"`,
    ],
    ['{ normal: { mean: 5ms, sd: 0s } }', `${AT}:47: ${PATH}.normal.sd: expected at least 1ns, found "0s"`],
    [
      '{ normal: { mean: 5ms, sd: 1ms, max: 0s } }',
      `${AT}:57: ${PATH}.normal.max: expected more than min, which is 0s, found "0s"`,
    ],
    [
      '{ normal: { mean: 5ms, sd: 1ms, min: 20ms } }',
      `${AT}:30: ${PATH}.normal: less than 1 % of this normal lies between min and max`,
    ],
    [
      '{ normal: { mean: 5ms, sd: 1ms, min: 5ms, max: 5001us } }',
      `${AT}:30: ${PATH}.normal: less than 1 % of this normal lies between min and max`,
    ],
    ['{ lognormal: 80ms }', `${AT}:33: ${PATH}.lognormal: expected { mean, p99 } or { mu, sigma }, found "80ms"`],
    ['{ lognormal: {} }', `${AT}:33: ${PATH}.lognormal: expected { mean, p99 } or { mu, sigma }, found an empty map`],
    ['{ lognormal: { mean: 80ms } }', `${AT}:22: ${PATH}.lognormal: \`p99\` is missing (${unit})`],
    ['{ lognormal: { mean: 80, p99: 400ms } }', `${AT}:41: ${PATH}.lognormal.mean: ${unit}, found 80`],
    [
      '{ lognormal: { mean: 80ms, p99: 80ms } }',
      `${AT}:52: ${PATH}.lognormal.p99: expected more than the mean of 80ms, and at most 14.9 times as much, found "80ms"`,
    ],
    [
      '{ lognormal: { mean: 80ms, p99: 1193ms } }',
      `${AT}:52: ${PATH}.lognormal.p99: expected more than the mean of 80ms, and at most 14.9 times as much, found "1193ms"`,
    ],
    ['{ lognormal: { mu: 16, sigma: 0 } }', `${AT}:50: ${PATH}.lognormal.sigma: expected at least 0.000001, found 0`],
    [
      '{ lognormal: { mu: 9000, sigma: 1 } }',
      `${AT}:33: ${PATH}.lognormal: the mean of this lognormal is beyond every bound`,
    ],
    ['{ gamma: { shape: 0, mean: 2ms } }', `${AT}:38: ${PATH}.gamma.shape: expected at least 0.000001, found 0`],
    ['{ erlang: { k: 1.5, mean: 2ms } }', `${AT}:35: ${PATH}.erlang.k: expected a whole number, found 1.5`],
    ['{ erlang: { k: 0, mean: 2ms } }', `${AT}:35: ${PATH}.erlang.k: expected 1 to 1000000, found 0`],
    [
      '{ weibull: { shape: 2 } }',
      `${AT}:31: ${PATH}.weibull: expected { shape, mean } or { shape, scale }, found a map with shape`,
    ],
    ['{ pareto: { alpha: 1, min: 0s, max: 5s } }', `${AT}:47: ${PATH}.pareto.min: expected at least 1ns, found "0s"`],
    [
      '{ pareto: { alpha: 1, min: 5s, max: 5s } }',
      `${AT}:56: ${PATH}.pareto.max: expected more than min, which is 5s, found "5s"`,
    ],
    [
      '{ hyperexponential: { mean: 5ms, cv2: 0.5 } }',
      `${AT}:58: ${PATH}.hyperexponential.cv2: expected at least 1, found 0.5`,
    ],
    [
      '{ hyperexponential: { branches: [] } }',
      `${AT}:52: ${PATH}.hyperexponential.branches: expected at least 1 entry, found an empty list`,
    ],
    [
      '{ hyperexponential: { branches: [{ weight: 0, mean: 5ms }] } }',
      `${AT}:63: ${PATH}.hyperexponential.branches[0].weight: expected at least 0.000001, found 0`,
    ],
    [
      '{ empirical: { values: [] } }',
      `${AT}:43: ${PATH}.empirical.values: expected at least 1 entry, found an empty list`,
    ],
    ['{ empirical: { values: [1ms, x] } }', `${AT}:49: ${PATH}.empirical.values[1]: ${unit}, found "x"`],
    [
      '{ empirical: { values: [1ms, 2ms], weights: [1] } }',
      `${AT}:64: ${PATH}.empirical.weights: expected 2, one for each value, found a list of 1`,
    ],
    [
      '{ empirical: { values: [1ms], weights: [0] } }',
      `${AT}:59: ${PATH}.empirical.weights: expected one above 0, found a list of 1`,
    ],
  ])('is refused: %s', (written, says) => {
    const lines = broken('serviceTime: 20ms', `serviceTime: ${written}`);
    expect(lines).toEqual([typeof says === 'string' ? says : expect.stringMatching(says)]);
  });

  it('of factors speaks of numbers', () => {
    expect(broken('serviceTime: 20ms', 'demand: 5ms\n      noise: { uniform: { min: 2, max: 1 } }')).toEqual([
      's.yaml:8:40: world.services.checkout.noise.uniform.max: expected at least min, which is 2, found 1',
    ]);
    expect(broken('serviceTime: 20ms', 'demand: 5ms\n      noise: 5ms')).toEqual([
      's.yaml:8:14: world.services.checkout.noise: expected a number, found "5ms"',
    ]);
  });
});
