import fc from 'fast-check';
import type { Baseline } from '../baseline.ts';
import type { Edits } from '../edits.ts';
import { PropertyTestError } from '../property-test-error.ts';
import { newNameIn } from './faults.ts';
import type { Span } from './moments.ts';
import { gridOf, momentAt, stretchOf } from './moments.ts';
import type { Variation, Varied } from './variation.ts';
import { fixed } from './variation.ts';

export interface SurgeOptions {
  /** The traffic that surges; all of it unless given. */
  readonly traffic?: string;
  /** When, and for how long; a sixth of the run after a sixth of it unless given. Two values: anything between them. */
  readonly at?: Span;
  readonly for?: Span;
}

/** Factors are this far apart. */
const STEP = 0.1;

/** A surge of up to `factor` times the traffic; it shrinks towards none, and towards the shortest that is allowed. */
export function upTo(factor: number, options: SurgeOptions = {}): Variation {
  if (!(factor > 1)) throw new PropertyTestError(`upTo(${factor}): a surge multiplies the traffic by more than 1`);
  return { over: (baseline) => surgesOver(baseline, factor, options) };
}

function surgesOver(baseline: Baseline, factor: number, options: SurgeOptions): Varied {
  const asker = `upTo(${factor})`;
  const { world } = baseline.scenario;
  const names = world.traffic.map(({ name }) => name);
  if (options.traffic !== undefined && !names.includes(options.traffic)) {
    throw new PropertyTestError(`${asker}: there is no traffic \`${options.traffic}\`; there is ${names.join(', ')}`);
  }
  const surging = options.traffic === undefined ? names : [options.traffic];
  const { from, length } = stretchOf(world);
  const sixth = Math.floor(length / 6 / 1e8) * 1e8;
  const at = gridOf(options.at, [from, from], `${asker}, at`);
  const lasting = gridOf(options.for, [sixth, sixth], `${asker}, for`);
  const steps = Math.floor((factor - 1) / STEP + 1e-9);
  const editsOf = (size: number, when: number, long: number): Edits =>
    Object.fromEntries(
      surging.map((traffic) => [
        `world.faults.${newNameIn(world, surging.length === 1 ? 'surge' : `surge-${traffic}`)}`,
        {
          at: momentAt(at, when),
          for: momentAt(lasting, long),
          surge: { traffic, factor: Number((1 + size * STEP).toPrecision(6)) },
        },
      ]),
    );
  return fixed(
    fc
      .tuple(fc.integer({ min: 1, max: Math.max(1, steps) }), fc.nat({ max: at.count }), fc.nat({ max: lasting.count }))
      .map(([size, when, long]) => editsOf(size, when, long)),
    [editsOf(Math.max(1, steps), at.count, lasting.count)],
  );
}
