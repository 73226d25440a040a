import type { LayerSpec } from '../controllers/kind.ts';
import type { WorldSpec } from '../world/spec.ts';
import type { CostSpec } from './cost-schema.ts';
import type { Expectation } from './expectation.ts';

/** The stack of one edge, outermost first. */
export interface EdgeSpec {
  readonly from: string;
  readonly to: string;
  readonly layers: readonly LayerSpec[];
}

/** One control design over the scenario's world. */
export interface DesignSpec {
  readonly name: string;
  readonly about: string;
  readonly edges: readonly EdgeSpec[];
  readonly autoscalers: readonly LayerSpec[];
  /** Names of the layers and autoscalers that it leaves out of `layered`, for "needs both". */
  readonly without: readonly string[];
  /** Whether it changes anything else: settings, additions, age. */
  readonly settings: boolean;
  /** By name of a fault that changes a layer's settings (a push, a hotfix): what they become in this design. */
  readonly pushes: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** A scenario, read, completed and checked: plain data. The first design is `layered`, the stack as written. */
export interface Scenario {
  readonly name: string;
  readonly about: string;
  /** The file that it was read from. */
  readonly file: string;
  readonly seed: string;
  readonly replications: number;
  readonly plugins: readonly string[];
  readonly world: WorldSpec;
  readonly designs: readonly DesignSpec[];
  readonly expect: readonly Expectation[];
  /** What layers cost and requests are worth, if the file says so. */
  readonly costs?: CostSpec;
  /** Why the drain is as long as it is, for the report. */
  readonly notes: readonly string[];
}

/** The names that no design may take. */
export const BARE = 'bare';
export const ORACLE = 'oracle';
export const LAYERED = 'layered';
export const RESERVED_NAMES: readonly string[] = [BARE, ORACLE, LAYERED];

/** Names of the layers and autoscalers of a design, in their order; what clients do by themselves is none. */
export function layerNames(design: DesignSpec): string[] {
  return [...design.edges.flatMap(({ layers }) => layers), ...design.autoscalers]
    .filter(({ ofClients }) => ofClients !== true)
    .map(({ name }) => name);
}

/** The design without any layer: the random router, the initial instances. */
export function bareDesign(scenario: Scenario): DesignSpec {
  return {
    name: BARE,
    about: 'The random router, the initial instances, no other layer.',
    edges: scenario.designs[0].edges.map(({ from, to, layers }) => ({
      from,
      to,
      layers: layers.filter(({ ofClients }) => ofClients === true),
    })),
    autoscalers: [],
    without: layerNames(scenario.designs[0]),
    settings: false,
    pushes: {},
  };
}
