import { describe, expect, it } from 'vitest';
import { TAU, cbrt, cosineOfTurn, exp, highWord, log, pow, tanh } from './math.ts';
import {
  difference,
  fromFixedPoint,
  referenceCbrt,
  referenceCosineOfTurn,
  referenceExp,
  referenceLog,
  referencePow,
  referenceTanh,
  ulpsOff,
} from './testing/high-precision.ts';
import { Inputs, justAbove, justBelow } from './testing/inputs.ts';

const SMALLEST = 5e-324;
const SMALLEST_NORMAL = 2.2250738585072014e-308;
const LARGEST = Number.MAX_VALUE;
const EXP_LARGEST = 709.782712893384;
const EXP_SMALLEST = -745.1332191019411;

function worst(inputs: readonly number[], error: (x: number) => number): number {
  let most = 0;
  for (const x of inputs) {
    const size = Math.abs(error(x));
    // Also catches NaN.
    if (!(size <= most)) most = size;
  }
  return most;
}

const POWERS_OF_TWO = Array.from({ length: 2098 }, (_, i) => 2 ** (i - 1074)).filter((x) => Number.isFinite(x));

/** About 20,000 positive inputs of all sizes. */
function positives(seed: number): number[] {
  const inputs = new Inputs(seed);
  return [
    SMALLEST,
    SMALLEST_NORMAL,
    justBelow(SMALLEST_NORMAL),
    LARGEST,
    justBelow(LARGEST),
    0.1,
    10,
    Math.E,
    Math.SQRT2,
    ...POWERS_OF_TWO,
    ...POWERS_OF_TWO.slice(1).map(justBelow),
    ...POWERS_OF_TWO.map(justAbove),
    ...Array.from({ length: 1000 }, (_, i) => i + 1),
    ...inputs.many(3000, () => inputs.scaled(-1022, 1022)),
    ...inputs.many(1000, () => inputs.scaled(-1074, -1023)),
    ...inputs.many(2000, () => inputs.between(0.5, 2)),
    ...inputs.many(2000, () => inputs.between(0.69, 0.71)),
    ...inputs.many(1500, () => 1 + inputs.scaled(-52, -2)),
    ...inputs.many(1500, () => 1 - inputs.scaled(-53, -2)),
    ...inputs.many(3000, () => inputs.between(0, 100)),
  ];
}

describe('log', () => {
  it('is off by less than 1 unit in the last place, from the smallest to the largest number', () => {
    const off = worst(positives(1), (x) => ulpsOff(log(x), fromFixedPoint(referenceLog(x))));
    expect(off).toBeLessThan(1);
    expect(off).toBeGreaterThan(0.5);
  });

  it('is exact at 1', () => {
    expect(log(1)).toBe(0);
  });

  it('is NaN below zero and of NaN, and infinite at the ends', () => {
    expect([-1, -SMALLEST, -Infinity, NaN].map(log)).toEqual([NaN, NaN, NaN, NaN]);
    expect([0, -0, Infinity].map(log)).toEqual([-Infinity, -Infinity, Infinity]);
  });
});

describe('exp', () => {
  const inputs = new Inputs(2);

  it('is off by less than 1 unit in the last place over its whole range', () => {
    const steps = Array.from({ length: 2099 }, (_, i) => i - 1074);
    const all = [
      0,
      -0,
      SMALLEST,
      -SMALLEST,
      SMALLEST_NORMAL,
      EXP_LARGEST,
      justBelow(EXP_LARGEST),
      -708.3964185322641,
      ...steps.map((k) => k * Math.LN2).filter((x) => x < EXP_LARGEST),
      ...steps.map((k) => (k + 0.5) * Math.LN2).filter((x) => x < EXP_LARGEST && x > EXP_SMALLEST),
      ...inputs.many(5000, () => inputs.between(-708, 709.7)),
      ...inputs.many(5000, () => inputs.between(-1, 1)),
      ...inputs.many(3000, () => inputs.between(-50, 50)),
      ...inputs.many(1500, () => inputs.scaled(-1074, -1)),
      ...inputs.many(1500, () => -inputs.scaled(-1074, -1)),
    ];
    const off = worst(all, (x) => ulpsOff(exp(x), referenceExp(x)));
    expect(off).toBeLessThan(1);
    expect(off).toBeGreaterThan(0.5);
  });

  it('is off by less than 1 unit in the last place where the result is subnormal', () => {
    const all = [EXP_SMALLEST, ...inputs.many(3000, () => inputs.between(EXP_SMALLEST, -708.39))];
    expect(worst(all, (x) => ulpsOff(exp(x), referenceExp(x)))).toBeLessThan(1);
  });

  it('overflows and underflows where float64 does', () => {
    expect(exp(EXP_LARGEST)).toBeLessThan(Infinity);
    expect(exp(justAbove(EXP_LARGEST))).toBe(Infinity);
    expect(exp(EXP_SMALLEST)).toBe(SMALLEST);
    expect(exp(-justAbove(-EXP_SMALLEST))).toBe(0);
  });

  it('is 1 at zero, and has its limits', () => {
    expect([0, -0, Infinity, -Infinity, NaN].map(exp)).toEqual([1, 1, Infinity, 0, NaN]);
  });
});

describe('pow', () => {
  it('has a relative error below 3e-16 * (2 + |y ln x|)', () => {
    const inputs = new Inputs(3);
    const bases = [
      ...inputs.many(5000, () => inputs.between(0, 10)),
      ...inputs.many(5000, () => inputs.scaled(-1074, 1023)),
      ...inputs.many(5000, () => 1 + inputs.between(-0.1, 0.1)),
      ...inputs.many(5000, () => inputs.scaled(-20, 20)),
    ];
    const off = worst(bases, (x) => {
      const scale = Math.abs(Math.log(x));
      const y = inputs.between(-1, 1) * Math.min(200, 700 / scale);
      const result = pow(x, y);
      const relative = (ulpsOff(result, referencePow(x, y)) * 2 ** (Math.floor(Math.log2(result)) - 52)) / result;
      return relative / (2 + Math.abs(y) * scale);
    });
    expect(off).toBeLessThan(3e-16);
    expect(off).toBeGreaterThan(1e-16);
  });

  it('is exact for the powers 0, 1 and 1/2', () => {
    for (const x of [SMALLEST, 0.1, 1, 2, 1e300, LARGEST]) {
      expect([pow(x, 0), pow(x, 1), pow(x, 0.5)]).toEqual([1, x, Math.sqrt(x)]);
    }
  });

  it('has its limits at zero and infinity', () => {
    expect([pow(0, 2), pow(0, -2), pow(0, 0), pow(0, NaN)]).toEqual([0, Infinity, 1, NaN]);
    expect([pow(Infinity, 2), pow(Infinity, -2), pow(2, Infinity), pow(2, -Infinity)]).toEqual([
      Infinity,
      0,
      Infinity,
      0,
    ]);
    expect([pow(0.5, Infinity), pow(2, 2000), pow(2, -2000), pow(1, Infinity)]).toEqual([0, Infinity, 0, 1]);
  });

  it('is NaN of NaN and of a negative base', () => {
    expect([pow(NaN, 2), pow(2, NaN), pow(-2, 2), pow(-2, 0.5)]).toEqual([NaN, NaN, NaN, NaN]);
  });
});

describe('cbrt', () => {
  it('is off by less than 1 unit in the last place, from the smallest to the largest number', () => {
    const off = worst(positives(4), (x) => ulpsOff(cbrt(x), referenceCbrt(x)));
    expect(off).toBeLessThan(1);
    expect(off).toBeGreaterThan(0.5);
  });

  it('is odd', () => {
    for (const x of [SMALLEST, 0.3, 8, 1e300]) expect(cbrt(-x)).toBe(-cbrt(x));
  });

  it('gives back zeros, infinities and NaN', () => {
    expect([0, -0, Infinity, -Infinity, NaN].map(cbrt)).toEqual([0, -0, Infinity, -Infinity, NaN]);
  });
});

describe('tanh', () => {
  it('is off by less than 4e-16', () => {
    const inputs = new Inputs(5);
    const all = [
      0,
      22,
      -22,
      justAbove(22),
      -justAbove(22),
      SMALLEST,
      ...inputs.many(5000, () => inputs.between(-3, 3)),
      ...inputs.many(5000, () => inputs.between(-30, 30)),
      ...inputs.many(1000, () => inputs.scaled(-60, 0)),
    ];
    expect(worst(all, (x) => difference(tanh(x), referenceTanh(x)))).toBeLessThan(4e-16);
  });

  it('has its limits, and is NaN of NaN', () => {
    expect([Infinity, -Infinity, 0, NaN].map(tanh)).toEqual([1, -1, 0, NaN]);
  });
});

describe('cosineOfTurn', () => {
  const inputs = new Inputs(6);
  const error = (turns: number) => difference(cosineOfTurn(turns), referenceCosineOfTurn(turns));

  it('is off by less than 2e-16 within a million turns either way', () => {
    const all = [
      ...inputs.many(5000, () => inputs.between(0, 1)),
      ...inputs.many(3000, () => inputs.between(-2, 2)),
      ...inputs.many(3000, () => inputs.between(-1e6, 1e6)),
      ...inputs.many(500, () => inputs.scaled(-60, -3)),
      ...inputs.many(500, () => -inputs.scaled(-60, -3)),
      ...[0.125, 0.25, 0.375, 0.5, 0.625, 0.75].flatMap((x) => [x, justAbove(x), justBelow(x)]),
    ];
    expect(worst(all, error)).toBeLessThan(2e-16);
  });

  it('is exact at the quarters of a turn', () => {
    const quarters = [0, 0.25, 0.5, 0.75, 1, -0.25, -0.5, 1000.75];
    expect(quarters.map((t) => cosineOfTurn(t) + 0)).toEqual([1, 0, -1, 0, 1, 0, -1, 0]);
  });

  it('is NaN of what has no place in a turn', () => {
    expect([NaN, Infinity, -Infinity].map(cosineOfTurn)).toEqual([NaN, NaN, NaN]);
  });
});

describe('constants and bits', () => {
  it('has a whole turn in radians', () => {
    expect(TAU).toBe(2 * Math.PI);
  });

  it('shows sign and exponent in the high word, which grows with the number', () => {
    expect([1, 2, -1, 0].map(highWord)).toEqual([0x3ff00000, 0x40000000, 0xbff00000, 0]);
    const rising = positives(7)
      .toSorted((a, b) => a - b)
      .map(highWord);
    for (let i = 1; i < rising.length; i++) expect(rising[i]).toBeGreaterThanOrEqual(rising[i - 1]);
  });
});
