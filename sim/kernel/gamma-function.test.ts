import { describe, expect, it } from 'vitest';
import { gammaFunction } from './gamma-function.ts';

describe('gammaFunction', () => {
  it('is the factorial of one less, within 1e-13, up to 100', () => {
    let factorial = 1n;
    for (let n = 1; n <= 100; n++) {
      expect(Math.abs(gammaFunction(n) / Number(factorial) - 1), `at ${n}`).toBeLessThan(1e-13);
      factorial *= BigInt(n);
    }
  });

  it('has its values at the halves: Γ(n + 1/2) = (2n)! sqrt(pi) / (4^n n!)', () => {
    let exact = Math.sqrt(Math.PI);
    for (let n = 0; n < 100; n++) {
      expect(Math.abs(gammaFunction(n + 0.5) / exact - 1), `at ${n + 0.5}`).toBeLessThan(1e-13);
      exact *= n + 0.5;
    }
  });

  it('obeys the reflection formula between 0 and 1', () => {
    for (let x = 0.01; x < 1; x += 0.01) {
      const product = gammaFunction(x) * gammaFunction(1 - x);
      expect(Math.abs((product * Math.sin(Math.PI * x)) / Math.PI - 1), `at ${x}`).toBeLessThan(2e-13);
    }
  });

  // Abramowitz and Stegun, table 6.1.
  it.each([
    [1.25, 0.9064024771],
    [1.5, 0.8862269255],
    [1.75, 0.9190625268],
  ])('is, at %f, the tabled %f', (x, value) => {
    expect(gammaFunction(x)).toBeCloseTo(value, 10);
  });

  it('refuses what is not above zero', () => {
    for (const x of [0, -0.5, NaN]) expect(() => gammaFunction(x)).toThrow(RangeError);
  });
});
