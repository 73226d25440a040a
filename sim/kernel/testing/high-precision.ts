/**
 * Reference values in fixed point with 192 binary places (57 decimals), built from integer arithmetic alone, to measure
 * the errors of `math.ts` against. Slow and plain: argument reduction by a table of 64 steps, then the Taylor series.
 */
export const PLACES = 192;
const BITS = BigInt(PLACES);
const ONE = 1n << BITS;

/** The exact value digits * 2^exponent. */
export interface Exact {
  readonly digits: bigint;
  readonly exponent: number;
}

const buffer = new DataView(new ArrayBuffer(8));

/** A finite float64 as it is. */
export function exactly(x: number): Exact {
  buffer.setFloat64(0, x);
  const bits = buffer.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const digits = biased === 0 ? fraction : fraction | 0x10000000000000n;
  return { digits: x < 0 ? -digits : digits, exponent: (biased === 0 ? 1 : biased) - 1075 };
}

function shift(digits: bigint, places: number): bigint {
  return places >= 0 ? digits << BigInt(places) : digits >> BigInt(-places);
}

/** A value in fixed point; what lies beyond the last place is cut. */
export function toFixedPoint(value: Exact): bigint {
  return shift(value.digits, value.exponent + PLACES);
}

export function fromFixedPoint(fixed: bigint): Exact {
  return { digits: fixed, exponent: -PLACES };
}

/** Where the highest bit of |digits| stands: floor(log2). */
function highestBit(digits: bigint): number {
  return (digits < 0n ? -digits : digits).toString(2).length - 1;
}

/** How far `actual` is from the exact value, in units of the last place that a float64 has at the exact value. */
export function ulpsOff(actual: number, exact: Exact): number {
  const unit = Math.max(highestBit(exact.digits) + exact.exponent - 52, -1074);
  const { digits, exponent } = exactly(actual);
  const least = Math.min(exponent, exact.exponent);
  const difference = shift(digits, exponent - least) - shift(exact.digits, exact.exponent - least);
  return Number(shift(difference, least - unit + 40)) / 2 ** 40;
}

/** actual - exact for values of moderate size. */
export function difference(actual: number, exact: bigint): number {
  return Number(toFixedPoint(exactly(actual)) - exact) / 2 ** PLACES;
}

/** 2 atanh(n / d) for a small positive quotient. */
function twiceAtanh(n: bigint, d: bigint): bigint {
  const s = (n << BITS) / d;
  const square = (s * s) >> BITS;
  let power = s;
  let sum = 0n;
  for (let k = 1n; power !== 0n; k += 2n) {
    sum += power / k;
    power = (power * square) >> BITS;
  }
  return 2n * sum;
}

const LN2 = twiceAtanh(1n, 3n);
/** ln(1 + i/64). */
const LOGS = Array.from({ length: 64 }, (_, i) => twiceAtanh(BigInt(i), BigInt(128 + i)));

/** ln x in fixed point, for finite x > 0. */
export function referenceLog(x: number): bigint {
  const { digits, exponent } = exactly(x);
  const top = highestBit(digits);
  // x = m * 2^(top + exponent) with 1 <= m < 2; above 4/3 half of it, so that near 1 nothing cancels.
  const step = Number(shift(digits, 6 - top)) - 64;
  const one = 1n << BigInt(top);
  if (step > 21) {
    // m / 2 = (1 - t): ln(m/2) = -2 atanh((2 - m) / (2 + m))
    const m = digits;
    return BigInt(top + exponent + 1) * LN2 - twiceAtanh(2n * one - m, 2n * one + m);
  }
  const numerator = 64n * digits - BigInt(64 + step) * one;
  const denominator = 64n * digits + BigInt(64 + step) * one;
  return BigInt(top + exponent) * LN2 + LOGS[step] + twiceAtanh(numerator, denominator);
}

function taylorExp(t: bigint): bigint {
  let term = ONE;
  let sum = ONE;
  for (let k = 1n; term !== 0n && term !== -1n; k++) {
    term = ((term * t) >> BITS) / k;
    sum += term;
  }
  return sum;
}

/** e^(i/64). */
const EXPS = Array.from({ length: 65 }, (_, i) => taylorExp((BigInt(i) * ONE) / 64n));

/** e^x for x in fixed point. */
export function referenceExpOf(x: bigint): Exact {
  let k = x / LN2;
  if (x < 0n) k -= 1n;
  const rest = x - k * LN2;
  const step = Number((rest * 64n) >> BITS);
  const t = rest - (BigInt(step) * ONE) / 64n;
  return { digits: (EXPS[step] * taylorExp(t)) >> BITS, exponent: Number(k) - PLACES };
}

/** e^x for finite x. */
export function referenceExp(x: number): Exact {
  return referenceExpOf(toFixedPoint(exactly(x)));
}

/** x^y for finite x > 0 and finite y. */
export function referencePow(x: number, y: number): Exact {
  const { digits, exponent } = exactly(y);
  return referenceExpOf(shift(referenceLog(x) * digits, exponent));
}

/** The cube root of a finite x > 0. */
export function referenceCbrt(x: number): Exact {
  return referenceExpOf(referenceLog(x) / 3n);
}

/** tanh x in fixed point. */
export function referenceTanh(x: number): bigint {
  const square = toFixedPoint(referenceExpOf(2n * toFixedPoint(exactly(x))));
  return ((square - ONE) << BITS) / (square + ONE);
}

function arctanOfInverse(n: bigint): bigint {
  let power = ONE / n;
  let sum = 0n;
  for (let k = 1n; power !== 0n; k += 2n) {
    sum += k % 4n === 1n ? power / k : -power / k;
    power /= n * n;
  }
  return sum;
}

/** Machin: pi = 16 arctan(1/5) - 4 arctan(1/239). */
export const PI = 16n * arctanOfInverse(5n) - 4n * arctanOfInverse(239n);
export const E = EXPS[64];
export const LN_2 = LN2;

/** cos(2 pi turns) in fixed point. */
export function referenceCosineOfTurn(turns: number): bigint {
  const whole = toFixedPoint(exactly(turns));
  let share = whole & (ONE - 1n);
  if (share > ONE / 2n) share = ONE - share;
  const angle = (share * 2n * PI) >> BITS;
  const square = (angle * angle) >> BITS;
  let term = ONE;
  let sum = ONE;
  for (let k = 1n; term !== 0n && term !== -1n; k += 2n) {
    term = -((term * square) >> BITS) / (k * (k + 1n));
    sum += term;
  }
  return sum;
}

/** The square root of a fixed-point number. */
export function squareRoot(fixed: bigint): bigint {
  const target = fixed << BITS;
  let root = 1n << BigInt((highestBit(target) >> 1) + 1);
  for (;;) {
    const next = (root + target / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

const SQRT_TAU = squareRoot(2n * PI);

/** The standard normal's distribution function in fixed point: 1/2 + density * (x + x^3/3 + x^5/15 + ...). */
export function referenceNormalCdf(x: number): bigint {
  const point = toFixedPoint(exactly(x));
  const square = (point * point) >> BITS;
  let term = point;
  let sum = 0n;
  for (let k = 3n; term !== 0n && term !== -1n; k += 2n) {
    sum += term;
    term = ((term * square) >> BITS) / k;
  }
  const density = (toFixedPoint(referenceExpOf(-square / 2n)) << BITS) / SQRT_TAU;
  return ONE / 2n + ((density * sum) >> BITS);
}
