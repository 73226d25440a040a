import { expect } from 'vitest';
import type { Scenario } from '../scenario/scenario.ts';
import type { Simulation } from '../scenario/simulation.ts';
import type { LayerIdentity } from '../stack/layer.ts';
import { LAYER_DOWN, SATURATED } from '../world/result.ts';

/** By layer, the lag that its metrics have. */
export function lagsOf({ designs }: Scenario): Map<string, number> {
  const [{ edges, autoscalers }] = designs;
  const layers = [...edges.flatMap((edge) => edge.layers), ...autoscalers];
  return new Map(layers.filter(({ source }) => source === 'reported').map(({ name, metrics }) => [name, metrics.lag]));
}

/** Looks at the age of every entry of the ledger, as it is written down, which is never below 0. */
export function watchDecisions(
  simulation: Simulation,
  look: (layer: LayerIdentity, age: number) => void,
): { count: number; old: number } {
  const ages = { count: 0, old: 0 };
  const see = (layer: LayerIdentity, asOf: number): void => {
    const age = simulation.now - asOf;
    expect(age).toBeGreaterThanOrEqual(0);
    ages.count++;
    if (age > 0 && age < Infinity) ages.old++;
    look(layer, age);
  };
  const ledger = simulation.ledger!;
  const { admitted, foundNone, refused, scaled, selected, transition } = ledger;
  ledger.admitted = (layer, passage, asOf) => (see(layer, asOf), admitted.call(ledger, layer, passage, asOf));
  ledger.foundNone = (layer, passage, asOf) => {
    // Which instances there are is known by discovery, not by metrics: it may be fresher than they are.
    expect(asOf).toBeLessThanOrEqual(simulation.now);
    foundNone.call(ledger, layer, passage, asOf);
  };
  ledger.refused = (layer, passage, cause, asOf, purpose) => {
    // A layer that is down, or cannot keep up, decides nothing.
    if (cause !== LAYER_DOWN && cause !== SATURATED) see(layer, asOf);
    refused.call(ledger, layer, passage, cause, asOf, purpose);
  };
  ledger.selected = (layer, passage, target, asOf, believed) => (
    see(layer, asOf),
    selected.call(ledger, layer, passage, target, asOf, believed)
  );
  ledger.transition = (layer, key, from, to, asOf) => (
    see(layer, asOf),
    transition.call(ledger, layer, key, from, to, asOf)
  );
  ledger.scaled = (layer, service, from, to, asOf, target) => (
    see(layer, asOf),
    scaled.call(ledger, layer, service, from, to, asOf, target)
  );
  return ages;
}
