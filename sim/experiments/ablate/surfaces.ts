import type { MeasureName, Measured } from './measures.ts';
import { MEASURES } from './measures.ts';
import type { Coalition } from './shapley.ts';
import { sizeOf } from './shapley.ts';

/** Of these coalitions those of which no part is among them too, the smallest first. */
export function minimalAmong(coalitions: readonly Coalition[]): Coalition[] {
  const isPart = (a: Coalition, b: Coalition): boolean => a !== b && (a & b) === a;
  return coalitions
    .filter((whole) => !coalitions.some((part) => isPart(part, whole)))
    .sort((a, b) => sizeOf(a) - sizeOf(b) || a - b);
}

/**
 * Coalitions that no other one beats: better in one measure and worse in none; of those that are alike in all, the
 * smallest. What some have no figure for does not count.
 */
export function paretoSet(
  worths: ReadonlyMap<Coalition, Measured>,
  measures: readonly MeasureName[],
): ReadonlySet<Coalition> {
  const compared = MEASURES.filter(
    ({ name }) => measures.includes(name) && [...worths.values()].every((one) => Number.isFinite(one[name] ?? NaN)),
  );
  const beats = (a: Coalition, b: Coalition): boolean => {
    const [one, other] = [worths.get(a)!, worths.get(b)!];
    const gains = compared.map(({ name, better }) => (one[name]! - other[name]!) * (better === 'more' ? 1 : -1));
    if (gains.some((gain) => gain < 0)) return false;
    return gains.some((gain) => gain > 0) || sizeOf(a) < sizeOf(b);
  };
  const all = [...worths.keys()];
  return new Set(all.filter((one) => !all.some((other) => other !== one && beats(other, one))));
}
