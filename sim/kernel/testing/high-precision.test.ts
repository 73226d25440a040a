import { describe, expect, it } from 'vitest';
import {
  E,
  LN_2,
  PI,
  PLACES,
  difference,
  exactly,
  fromFixedPoint,
  referenceCbrt,
  referenceCosineOfTurn,
  referenceExp,
  referenceLog,
  referenceNormalCdf,
  referencePow,
  referenceTanh,
  squareRoot,
  toFixedPoint,
  ulpsOff,
} from './high-precision.ts';

/** 45 decimals of a fixed-point number, cut. */
function decimals(fixed: bigint): string {
  const scaled = (fixed * 10n ** 45n) >> BigInt(PLACES);
  const digits = scaled.toString().padStart(46, '0');
  return `${digits.slice(0, -45)}.${digits.slice(-45)}`;
}

describe('the reference', () => {
  it('has the published digits of pi, e and ln 2', () => {
    expect(decimals(PI)).toBe('3.141592653589793238462643383279502884197169399');
    expect(decimals(E)).toBe('2.718281828459045235360287471352662497757247093');
    expect(decimals(LN_2)).toBe('0.693147180559945309417232121458176568075500134');
  });

  // From mpmath 1.3.0 at 57 digits; arguments are the float64 values.
  it.each<[string, bigint, string]>([
    ['ln 10', referenceLog(10), '2.302585092994045684017991454684364207601101488'],
    ['ln 1.9', referenceLog(1.9), '0.641853886172394729244803361407423377088759862'],
    ['e^-3.25', toFixedPoint(referenceExp(-3.25)), '0.038774207831722009886899835267596143260144061'],
    ['2^0.5', toFixedPoint(referencePow(2, 0.5)), '1.414213562373095048801688724209698078569671875'],
    ['cube root of 10', toFixedPoint(referenceCbrt(10)), '2.154434690031883721759293566519350495259344942'],
    ['tanh 0.5', referenceTanh(0.5), '0.462117157260009758502318483643672548730289280'],
    ['cos of a tenth of a turn', referenceCosineOfTurn(0.1), '0.809016994374947403601116766533088437244566104'],
    ['normal cdf at -3', referenceNormalCdf(-3), '0.001349898031630094526651814767594977377829368'],
    ['sqrt 2', squareRoot(2n << BigInt(PLACES)), '1.414213562373095048801688724209698078569671875'],
  ])('has the digits of %s', (_, value, digits) => {
    expect(decimals(value)).toBe(digits);
  });

  it('measures in units of the last place', () => {
    expect(ulpsOff(1, exactly(1))).toBe(0);
    expect(ulpsOff(1 + 2 ** -52, exactly(1))).toBe(1);
    expect(ulpsOff(1 - 2 ** -53, exactly(1))).toBe(-0.5);
    expect(ulpsOff(1e-323, exactly(5e-324))).toBe(1);
    expect(ulpsOff(2, fromFixedPoint(squareRoot(4n << BigInt(PLACES))))).toBe(0);
    expect(difference(0.75, toFixedPoint(exactly(0.5)))).toBe(0.25);
  });
});
