import type { Registry } from '../controllers/registry.ts';
import { fidelityOf, figuresOf, layerFigures } from '../measure/figures.ts';
import { LayerLedger, WRONG_KINDS } from '../measure/layer-ledger.ts';
import { RequestLog } from '../measure/request-log.ts';
import type { WorldSpec } from '../world/spec.ts';
import { COUNTS_ONLY } from './run-spec.ts';
import type { DesignSpec } from './scenario.ts';
import { layerNames } from './scenario.ts';
import { Simulation } from './simulation.ts';

/**
 * Every figure that a run of this design will have, by its path into the JSON: read from a run that has not begun, so that
 * a name which an expectation mistakes is found before anything runs. No layer is built: whether one can be is another matter.
 *
 * @param layers names of the layers of all designs: a design without one rejects nothing by it
 */
export function figureNames(
  world: WorldSpec,
  design: DesignSpec,
  layers: readonly string[],
  registry: Registry,
): Set<string> {
  const bare = { ...design, edges: design.edges.map((edge) => ({ ...edge, layers: [] })), autoscalers: [] };
  const simulation = new Simulation({ world, design: bare, seed: '', rekey: '', measure: COUNTS_ONLY }, registry);
  const nothing = new RequestLog();
  const references = { bare: nothing, bareRekeyed: nothing, oracle: nothing, servable: 0, servableAtInitial: 0 };
  return new Set([
    'durationMs',
    'warmupMs',
    ...leavesOf({ ...figuresOf(simulation), layers: {}, conflicts: [] }),
    ...leavesOf(fidelityOf(references, nothing, nothing)),
    ...layers.map((layer) => `rejectedBy.${layer}`),
    ...layerNames(design).flatMap((layer) => LAYER_FIGURES.map((figure) => `layers.${layer}.${figure}`)),
  ]);
}

const LAYER_FIGURES = namesOfLayerFigures();

function namesOfLayerFigures(): string[] {
  const any = { index: 0, name: 'any', kind: '', policy: '', shadow: false, propagateCause: false };
  const { any: figures } = layerFigures([any], [new LayerLedger()], 1);
  return [...leavesOf(figures), ...WRONG_KINDS.map((kind) => `wrong.${kind}`)];
}

/** Paths to the numbers in a tree, and to what may be a number in another run. */
function leavesOf(tree: unknown, prefix = ''): string[] {
  if (typeof tree === 'number' || tree === null) return [prefix];
  if (typeof tree !== 'object' || Array.isArray(tree)) return [];
  return Object.entries(tree).flatMap(([name, value]) => leavesOf(value, prefix === '' ? name : `${prefix}.${name}`));
}
