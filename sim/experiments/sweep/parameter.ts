import type { QuantityKind } from './quantity.ts';
import type { Range } from './range.ts';
import { parseRange } from './range.ts';
import { SweepError } from './sweep-error.ts';

/** What of a scenario is varied, and over what. */
export interface Parameter {
  /** A path that settings know: `breaker.waitOpen`, `world.traffic.shoppers.arrivals.poisson`. */
  readonly path: string;
  readonly range: Range;
}

/** Reads `sidecar.tries=1..6`, or `world.faults[0].slow.factor=2..8:2`. Throws `SweepError`. */
export function parseParameter(text: string): Parameter {
  const equals = text.indexOf('=');
  if (equals <= 0) throw new SweepError(`--param: expected path=range, such as sidecar.tries=1..6, not \`${text}\``);
  const path = plainPath(text.slice(0, equals).trim());
  try {
    return { path, range: parseRange(text.slice(equals + 1)) };
  } catch (error) {
    if (!(error instanceof SweepError)) throw error;
    throw new SweepError(`--param ${path}: ${error.message}`);
  }
}

/** `world.faults[0].at` as settings have it: `world.faults.0.at`. */
export function plainPath(path: string): string {
  return path.replace(/\[(\d+)\]/g, '.$1');
}

/** The unit in which a parameter's values are shown on an axis, and by what its numbers are divided for it. */
export function axisUnit(kind: QuantityKind | null, largest: number): { readonly unit: string; readonly size: number } {
  switch (kind) {
    case 'duration':
      if (largest >= 120e9) return { unit: 'min', size: 60e9 };
      return largest >= 1e9 ? { unit: 's', size: 1e9 } : { unit: 'ms', size: 1e6 };
    case 'share':
      return { unit: '%', size: 0.01 };
    case 'rate':
      return { unit: '/s', size: 1 };
    case 'number':
    case null:
      return { unit: '', size: 1 };
  }
}
