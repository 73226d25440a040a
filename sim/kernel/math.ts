/**
 * Elementary functions that give the same bits in every engine. The built-in ones differ in their last bits between
 * Node versions and browsers, so `sim/` may not use them (a test reads the sources). These are built from
 * + - * / and sqrt alone. Stated errors are the largest seen against the correctly rounded result in `math.test.ts`.
 */

const bits = new Float64Array(1);
const words = new Uint32Array(bits.buffer);
bits[0] = 1;
/** Which half of a float64 holds sign and exponent: 1 on little-endian machines. */
const HIGH = words[1] === 0x3ff00000 ? 1 : 0;

/** Sign, exponent and the top 20 bits of the fraction, as an unsigned integer. Grows with x for x >= 0. */
export function highWord(x: number): number {
  bits[0] = x;
  return words[HIGH];
}

/** 2^n for -1022 <= n <= 1023. */
function powerOfTwo(n: number): number {
  words[1 - HIGH] = 0;
  words[HIGH] = (n + 1023) << 20;
  return bits[0];
}

const LN2 = Math.LN2;
/** ln 2 in two parts: the first has 21 zero bits at its end, so that k * LN2_HIGH is exact. */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const SQRT_HALF = Math.SQRT1_2;

/** Natural logarithm; error below 1 unit in the last place. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return Infinity;
  let exponent = 0;
  if (x < 2.2250738585072014e-308) {
    x *= 18014398509481984;
    exponent = -54;
  }
  bits[0] = x;
  const high = words[HIGH];
  exponent += (high >>> 20) - 1023;
  words[HIGH] = (high & 0xfffff) | 0x3ff00000;
  let m = bits[0];
  // m in [sqrt(1/2), sqrt(2)), so that the series below converges fast.
  if (m >= 2 * SQRT_HALF) {
    m *= 0.5;
    exponent += 1;
  }
  // ln m = f - f²/2 + s (f²/2 + R), with f = m - 1, s = f / (2 + f) and R the rest of 2 atanh(s): keeps f exact.
  const f = m - 1;
  const s = f / (2 + f);
  const z = s * s;
  const rest =
    z *
    (2 / 3 +
      z *
        (2 / 5 +
          z *
            (2 / 7 +
              z * (2 / 9 + z * (2 / 11 + z * (2 / 13 + z * (2 / 15 + z * (2 / 17 + z * (2 / 19 + (z * 2) / 21)))))))));
  const half = 0.5 * f * f;
  return exponent * LN2_HIGH - (half - (s * (half + rest) + exponent * LN2_LOW) - f);
}

/** e^x; error below 1 unit in the last place. */
export function exp(x: number): number {
  if (x !== x) return NaN;
  if (x > 709.782712893384) return Infinity;
  if (x < -745.1332191019412) return 0;
  const k = Math.floor(x / LN2 + 0.5);
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  // Taylor from the third term on; |r| <= 0.35, so the first term left out is below 2^-60.
  let tail = 1 / 6227020800;
  tail = tail * r + 1 / 479001600;
  tail = tail * r + 1 / 39916800;
  tail = tail * r + 1 / 3628800;
  tail = tail * r + 1 / 362880;
  tail = tail * r + 1 / 40320;
  tail = tail * r + 1 / 5040;
  tail = tail * r + 1 / 720;
  tail = tail * r + 1 / 120;
  tail = tail * r + 1 / 24;
  tail = tail * r + 1 / 6;
  tail = tail * r + 0.5;
  const y = 1 + (high - (low - r * r * tail));
  if (k > 1023) return y * 2 * powerOfTwo(k - 1);
  if (k < -1022) return y * powerOfTwo(k + 54) * 5.551115123125783e-17;
  return y * powerOfTwo(k);
}

/** x^y for x >= 0; relative error below 3e-16 * (2 + |y ln x|) where the result is not subnormal. */
export function pow(x: number, y: number): number {
  if (y === 0 || x === 1) return 1;
  if (x === 0) return y > 0 ? 0 : y < 0 ? Infinity : NaN;
  if (y === 1) return x;
  if (y === 0.5) return Math.sqrt(x);
  return exp(y * log(x));
}

/** Cube root; error below 1 unit in the last place. */
export function cbrt(x: number): number {
  if (x === 0 || x !== x || x === Infinity || x === -Infinity) return x;
  const magnitude = x < 0 ? -x : x;
  // One step of Newton; by division, for y * y * y would lose its bits where the magnitude is subnormal.
  let y = exp(log(magnitude) / 3);
  y -= (y - magnitude / (y * y)) / 3;
  return x < 0 ? -y : y;
}

/** Hyperbolic tangent; absolute error below 4e-16. */
export function tanh(x: number): number {
  if (x > 22) return 1;
  if (x < -22) return -1;
  const square = exp(2 * x);
  return (square - 1) / (square + 1);
}

export const TAU = 6.283185307179586;

/** Cosine of a whole turn's share: cos(2 pi turns); absolute error below 2e-16 for |turns| < 1e6. */
export function cosineOfTurn(turns: number): number {
  // Fold to the first eighth of a turn, where a short series suffices. Without the sign every step is exact.
  const size = Math.abs(turns);
  let t = size - Math.floor(size);
  if (t > 0.5) t = 1 - t;
  const flip = t > 0.25;
  if (flip) t = 0.5 - t;
  const value = t <= 0.125 ? cosineSeries(t * TAU) : sineSeries((0.25 - t) * TAU);
  return flip ? -value : value;
}

function cosineSeries(a: number): number {
  const z = a * a;
  let sum = 1;
  for (let n = 16; n >= 2; n -= 2) sum = 1 - (sum * z) / (n * (n - 1));
  return sum;
}

function sineSeries(a: number): number {
  const z = a * a;
  let sum = 1;
  for (let n = 17; n >= 3; n -= 2) sum = 1 - (sum * z) / (n * (n - 1));
  return a * sum;
}
