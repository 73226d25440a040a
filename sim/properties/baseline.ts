import type { LayerSpec } from '../controllers/kind.ts';
import type { Registry } from '../controllers/registry.ts';
import { readDocument } from '../scenario/document.ts';
import { OFF, takeEdits } from '../scenario/edits.ts';
import type { ReadBase } from '../scenario/extend.ts';
import { withBases } from '../scenario/extend.ts';
import { isRecord, valueAt } from '../scenario/plain-data.ts';
import { readScenario } from '../scenario/read-scenario.ts';
import type { ReadOptions } from '../scenario/read-scenario.ts';
import type { DesignSpec, Scenario } from '../scenario/scenario.ts';
import { LAYERED, layerNames } from '../scenario/scenario.ts';
import { ScenarioError } from '../scenario/scenario-error.ts';
import { scenarioSchema } from '../scenario/schema.ts';
import { pathIn } from '../scenario/settings.ts';
import { nearest } from '../units/nearest.ts';
import type { Edits } from './edits.ts';
import { inline } from './edits.ts';
import { PropertyTestError } from './property-test-error.ts';

/** Where a baseline comes from: the text of a scenario, as `readScenario` takes it. */
export interface BaselineSource {
  readonly text: string;
  readonly file: string;
  readonly registry: Registry;
  readonly readBase?: ReadBase;
  readonly readData?: ReadOptions['readData'];
  /** Modules that the scenario names, as the run needs them. */
  readonly plugins?: readonly string[];
  /** Settings over the file that are no edits: the baseline has them. */
  readonly set?: Readonly<Record<string, unknown>>;
  /** Which of its designs is tested; `layered` unless given. */
  readonly design?: string;
}

/** The design that is known to be good, and what edits make of it. */
export class Baseline {
  readonly source: BaselineSource;
  readonly registry: Registry;
  readonly scenario: Scenario;
  readonly design: string;
  private readonly document: unknown;

  /** Throws `ScenarioError` if there is no such scenario, `PropertyTestError` if it has no such design. */
  constructor(source: BaselineSource) {
    this.source = source;
    this.registry = source.registry;
    this.design = source.design ?? LAYERED;
    this.scenario = this.read({});
    this.document = withBases(takeEdits(readDocument(source.text, source.file)).document, source.readBase).value;
    const names = this.scenario.designs.map(({ name }) => name);
    if (!names.includes(this.design)) {
      const near = nearest(this.design, names);
      const hint = near === undefined ? `there are ${names.join(', ')}` : `did you mean \`${near}\`?`;
      throw new PropertyTestError(`${source.file} has no design \`${this.design}\`; ${hint}`);
    }
  }

  /** The scenario with edits. Throws `ScenarioError` if they make none. */
  read(edits: Edits): Scenario {
    const { text, file, registry, readBase, readData, set, plugins } = this.source;
    const scenario = readScenario(text, file, { registry, readBase, readData, set: { ...set, ...edits } });
    return plugins === undefined ? scenario : { ...scenario, plugins };
  }

  /** Whether edits make a scenario. */
  reads(edits: Edits): boolean {
    try {
      this.read(edits);
      return true;
    } catch (error) {
      if (error instanceof ScenarioError) return false;
      throw error;
    }
  }

  /** The design under test, in a scenario with edits. */
  designIn(scenario: Scenario): DesignSpec {
    return scenario.designs.find(({ name }) => name === this.design)!;
  }

  /** Layers and autoscalers of the design under test. */
  get layers(): readonly LayerSpec[] {
    const { edges, autoscalers } = this.designIn(this.scenario);
    return [...edges.flatMap(({ layers }) => layers), ...autoscalers];
  }

  /** A layer by its name. Throws `PropertyTestError` if the design has none of that name. */
  layer(name: string, asker: string): LayerSpec {
    const layer = this.layers.find((one) => one.name === name);
    if (layer !== undefined) return layer;
    const names = layerNames(this.designIn(this.scenario));
    const near = nearest(name, names);
    const hint = near === undefined ? `it has ${names.join(', ') || 'none'}` : `did you mean \`${near}\`?`;
    throw new PropertyTestError(`${asker}: the design has no layer \`${name}\`; ${hint}`);
  }

  /** Whether a path begins in the file itself (`world`, `duration` …), and not with a layer. */
  hasField(path: string): boolean {
    return Object.hasOwn(scenarioSchema.shape, path.split('.')[0]);
  }

  /** What is written at a path; undefined if nothing is. */
  writtenAt(path: string): unknown {
    const steps = path.split('.');
    const written = this.writtenLayer(steps[0]);
    if (written !== undefined && steps.length > 1) return valueAt(written, steps.slice(1));
    return valueAt(this.document, pathIn(this.document, steps));
  }

  /**
   * The value at the path of a layer's setting that the file leaves to its default: in nanoseconds, events a second,
   * shares of one. Undefined if it has none.
   */
  defaultAt(path: string): unknown {
    const [name, ...rest] = path.split('.');
    const layer = this.layers.find((one) => one.name === name);
    if (layer === undefined) return undefined;
    return rest[0] === 'metrics' ? valueAt(layer.metrics, rest.slice(1)) : valueAt(layer.config, rest);
  }

  private writtenLayer(name: string): Record<string, unknown> | undefined {
    const edges = valueAt(this.document, ['edges']);
    const stacks = Array.isArray(edges) ? edges.flatMap((edge: unknown) => valueAt(edge, ['layers']) ?? []) : [];
    const scalers = valueAt(this.document, ['autoscalers']);
    const layers: unknown[] = [...stacks, ...(Array.isArray(scalers) ? (scalers as unknown[]) : [])];
    return layers.filter(isRecord).find((layer) => layer['name'] === name);
  }

  /** Edits on one line, as a difference to the baseline: `balancer.metrics.lag 2s -> 8s, without breaker`. */
  describe(edits: Edits): string {
    const parts = Object.entries(edits).map(([path, value]) => this.describeEdit(path, value));
    return parts.length === 0 ? 'no edit' : parts.join(', ');
  }

  private describeEdit(path: string, value: unknown): string {
    if (value === OFF && !path.includes('.')) return `without ${path}`;
    const before = this.writtenAt(path);
    if (before === undefined && isRecord(value)) return `+ ${path} ${inline(value)}`;
    return `${path} ${before === undefined ? '(default)' : inline(before)} -> ${inline(value)}`;
  }
}
