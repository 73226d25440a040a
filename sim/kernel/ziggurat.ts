import { exp, log } from './math.ts';
import { fraction, uniform } from './random.ts';
import type { RandomSource } from './random.ts';

/**
 * Exponential and normal draws by the ziggurat method of Marsaglia and Tsang (2000), 256 layers, with Doornik's
 * (2005) separation of the bits that choose the layer from those that place the point. The tables are computed once
 * from this project's own `exp` and `log`, so they have the same bits everywhere.
 */
const LAYERS = 256;

interface Tables {
  /** Right edge of each layer; x[0] is the base's virtual edge, x[LAYERS] = 0. */
  readonly x: Float64Array;
  /** Density (unnormalised) at each edge. */
  readonly f: Float64Array;
  readonly tail: number;
}

function buildTables(
  tail: number,
  area: number,
  density: (x: number) => number,
  inverse: (y: number) => number,
): Tables {
  const x = new Float64Array(LAYERS + 1);
  const f = new Float64Array(LAYERS + 1);
  x[0] = area / density(tail);
  x[1] = tail;
  for (let i = 2; i < LAYERS; i++) x[i] = inverse(area / x[i - 1] + density(x[i - 1]));
  x[LAYERS] = 0;
  for (let i = 0; i <= LAYERS; i++) f[i] = density(x[i]);
  return { x, f, tail };
}

/** Tail edges and layer areas for 256 layers: Marsaglia & Tsang, J. Stat. Software 5(8), 2000. */
const EXPONENTIAL = buildTables(
  7.69711747013105,
  0.003949659822581557,
  (x) => exp(-x),
  (y) => -log(y),
);
const NORMAL = buildTables(
  3.654152885361009,
  0.004928673233974655,
  (x) => exp(-0.5 * x * x),
  (y) => Math.sqrt(-2 * log(y)),
);

const expX = EXPONENTIAL.x;
const expF = EXPONENTIAL.f;
const normalX = NORMAL.x;
const normalF = NORMAL.f;

/** A draw from the exponential distribution with mean 1. */
export function exponential(source: RandomSource): number {
  for (;;) {
    source.next();
    // The low six bits of `low` are not part of the fraction; two of the high word's excluded bits complete the layer.
    const layer = (source.low & 63) | ((source.high & 3) << 6);
    const x = fraction(source) * expX[layer];
    if (x < expX[layer + 1]) return x;
    if (layer === 0) return EXPONENTIAL.tail - log(1 - uniform(source));
    if (expF[layer] + uniform(source) * (expF[layer + 1] - expF[layer]) < exp(-x)) return x;
  }
}

/** A draw from the standard normal distribution. */
export function normal(source: RandomSource): number {
  for (;;) {
    source.next();
    const layer = (source.low & 63) | ((source.high & 3) << 6);
    const negative = (source.high & 4) !== 0;
    const x = fraction(source) * normalX[layer];
    if (x < normalX[layer + 1]) return negative ? -x : x;
    if (layer === 0) {
      const far = normalTail(source);
      return negative ? -far : far;
    }
    if (normalF[layer] + uniform(source) * (normalF[layer + 1] - normalF[layer]) < exp(-0.5 * x * x)) {
      return negative ? -x : x;
    }
  }
}

/** Marsaglia's method for the part beyond the ziggurat's base. */
function normalTail(source: RandomSource): number {
  for (;;) {
    const x = -log(1 - uniform(source)) / NORMAL.tail;
    const y = -log(1 - uniform(source));
    if (y + y > x * x) return NORMAL.tail + x;
  }
}
