import fc from 'fast-check';
import { OFF } from '../../scenario/edits.ts';
import type { Edits } from '../edits.ts';
import { PropertyTestError } from '../property-test-error.ts';
import type { Variation } from './variation.ts';
import { fixed } from './variation.ts';

/** One setting with one of several values, the mildest first: `choose('balancer.policy', ['roundRobin', 'random'])`. */
export function choose(path: string, values: readonly unknown[]): Variation {
  if (values.length === 0) throw new PropertyTestError(`choose('${path}', []): there is nothing to choose from`);
  const all = values.map((value): Edits => ({ [path]: value }));
  return { over: () => fixed(fc.constantFrom(...all), all) };
}

/** Each of these layers is there or left out; it shrinks to all of them being there. */
export function toggle(...layers: readonly string[]): Variation {
  return {
    over: (baseline) => {
      for (const name of layers) baseline.layer(name, `toggle(${layers.map((one) => `'${one}'`).join(', ')})`);
      const offs = (names: readonly string[]): Edits => Object.fromEntries(names.map((name) => [name, OFF]));
      return fixed(
        fc.subarray([...layers]).map(offs),
        layers.map((name) => offs([name])),
      );
    },
  };
}
