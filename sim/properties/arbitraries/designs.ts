import fc from 'fast-check';
import { isRecord } from '../../scenario/plain-data.ts';
import type { Baseline } from '../baseline.ts';
import type { Edits } from '../edits.ts';
import { NO_EDITS } from '../edits.ts';
import { PropertyTestError } from '../property-test-error.ts';
import type { Variation, Varied } from './variation.ts';
import { fixed } from './variation.ts';

type Layer = Readonly<Record<string, unknown>>;

/** Layers that teams add, each with the defaults of its generic policy, mildest first. */
const USUAL_LAYERS: readonly Layer[] = [
  { kind: 'retry', tries: 2 },
  { kind: 'retry', tries: 4 },
  { kind: 'circuitBreaker', policy: 'timeWindow' },
  { kind: 'rateLimiter', policy: 'tokenBucket', rate: '100/s', burst: 100 },
  { kind: 'rateLimiter', policy: 'tokenBucket', rate: '20/s', burst: 20 },
];

/** One more layer, innermost on an edge: a retry, a breaker, a limiter. It shrinks towards none. */
export function anyLayer({ edge = 0 }: { edge?: number } = {}): Variation {
  return {
    over: (baseline) => {
      stackOf(baseline, edge, 'anyLayer');
      const name = newLayerName(baseline);
      const all = USUAL_LAYERS.map((layer): Edits => ({ [`edges.${edge}.layers.${name}`]: layer }));
      return fixed(fc.constantFrom(...all), all);
    },
  };
}

/**
 * A whole design on an edge: some of the layers that are written there, in any order, with one more or none. It shrinks
 * towards the stack as it is written. (Stacks that make no scenario, as a breaker for each instance outside the balancer,
 * are passed over.)
 */
export function anyDesign({ edge = 0 }: { edge?: number } = {}): Variation {
  return { over: (baseline) => designsOver(baseline, edge) };
}

function designsOver(baseline: Baseline, edge: number): Varied {
  const written = stackOf(baseline, edge, 'anyDesign');
  const places = written.map((_, i) => i);
  const name = newLayerName(baseline);
  const editsOf = (left: readonly number[], swaps: readonly number[], more: Layer | null): Edits => {
    const order = [...places];
    for (const at of swaps) [order[at], order[at + 1]] = [order[at + 1], order[at]];
    const stack = order.filter((place) => !left.includes(place)).map((place) => written[place]);
    if (more !== null) stack.push({ name, ...more });
    return JSON.stringify(stack) === JSON.stringify(written) ? NO_EDITS : { [`edges.${edge}.layers`]: stack };
  };
  const swaps =
    written.length < 2 ? fc.constant([]) : fc.array(fc.nat({ max: written.length - 2 }), { maxLength: written.length });
  return fixed(
    fc
      .tuple(fc.subarray(places), swaps, fc.option(fc.constantFrom(...USUAL_LAYERS), { nil: null, freq: 2 }))
      .map(([left, order, more]) => editsOf(left, order, more)),
    [editsOf(places, [], null)],
  );
}

function stackOf(baseline: Baseline, edge: number, asker: string): Layer[] {
  const layers = baseline.writtenAt(`edges.${edge}.layers`);
  if (Array.isArray(layers)) return (layers as unknown[]).filter(isRecord);
  throw new PropertyTestError(`${asker}: the scenario has no edge ${edge} with layers`);
}

function newLayerName(baseline: Baseline): string {
  const taken = new Set(baseline.scenario.designs[0].edges.flatMap(({ layers }) => layers.map(({ name }) => name)));
  let name = 'extra';
  for (let i = 2; taken.has(name); i++) name = `extra-${i}`;
  return name;
}
