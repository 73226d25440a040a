import fc from 'fast-check';
import type { Baseline } from '../baseline.ts';
import type { Edits } from '../edits.ts';
import { NO_EDITS, unitOf, UNITS } from '../edits.ts';
import { PropertyTestError } from '../property-test-error.ts';
import type { ServiceSpec } from '../../world/spec.ts';
import { around } from './around.ts';
import type { Variation, Varied } from './variation.ts';
import { fixed, together } from './variation.ts';

/** How much more, and less, of everything: a factor of up to `by` either way. */
export interface Scale {
  readonly by?: number;
}

/** More or less traffic, more or less patient: rate and deadline of every source. */
export function anyTraffic({ by = 2 }: Scale = {}): Variation {
  return {
    over: (baseline) => {
      const parts = baseline.scenario.world.traffic.flatMap(({ name }) => {
        const at = `world.traffic.${name}`;
        const paths = ['arrivals.poisson', 'arrivals.deterministic', 'deadline'].map((field) => `${at}.${field}`);
        return paths.flatMap((path) => scaled(baseline, path, by));
      });
      return togetherOrNone(parts, 'anyTraffic: no traffic has a plain rate or a deadline');
    },
  };
}

/** More or fewer instances, slots and waiting places of every service. */
export function anyTopology({ by = 2 }: Scale = {}): Variation {
  return {
    over: (baseline) => {
      const parts = baseline.scenario.world.services.flatMap((service) => {
        const at = `world.services.${service.name}`;
        return [
          pools(service, by),
          ...scaled(baseline, `${at}.concurrency`, by),
          ...scaled(baseline, `${at}.queue.limit`, by),
        ];
      });
      return together(parts);
    },
  };
}

/** A setting from 1/by to by times what is written; nothing where no quantity is. */
export function scaled(baseline: Baseline, path: string, by: number): Varied[] {
  const written = baseline.writtenAt(path);
  const unit = unitOf(written);
  const value = unit?.read(written);
  if (unit === undefined || value === undefined || value <= 0) return [];
  const ends = [value / by, value * by].map((end) => (unit === UNITS.number ? Math.max(1, Math.floor(end)) : end));
  return [around(path, unit.write(ends[0]), unit.write(ends[1])).over(baseline)];
}

function pools({ name, instances: { initial, max } }: ServiceSpec, by: number): Varied {
  const path = `world.services.${name}.instances`;
  const editsAt = (count: number): Edits => {
    if (count === initial) return NO_EDITS;
    return { [path]: initial === max ? count : { initial: count, max: Math.max(count, max) } };
  };
  const least = Math.max(1, Math.floor(initial / by));
  const most = Math.floor(initial * by);
  return fixed(
    fc.integer({ min: least - initial, max: most - initial }).map((more) => editsAt(initial + more)),
    [editsAt(least), editsAt(most)],
  );
}

export function togetherOrNone(parts: readonly Varied[], otherwise: string): Varied {
  if (parts.length === 0) throw new PropertyTestError(otherwise);
  return together(parts);
}
