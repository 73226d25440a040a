import type { LayerSpec } from '../../controllers/kind.ts';
import type { Registry } from '../../controllers/registry.ts';
import type { RetryPolicy } from '../../controllers/retry/policy.ts';
import type { ServiceSpec, TrafficSpec, WorldSpec } from '../../world/spec.ts';
import type { WrittenLayer } from '../layers.ts';
import { placeIn } from '../layers.ts';
import type { Path } from '../places.ts';
import { valueAt } from '../plain-data.ts';
import type { Finding } from './rule.ts';

/** A layer as it is read, and as it is written. */
export interface LintedLayer {
  readonly spec: LayerSpec;
  readonly written: WrittenLayer;
  /** What a retry layer's policy resolves to; null for other kinds. */
  readonly retry: RetryPolicy | null;
}

/** One edge with its stack, outermost first. Layers in shadow are not among them: they do nothing. */
export interface LintedEdge {
  readonly from: string;
  readonly to: string;
  readonly service: ServiceSpec;
  /** The traffic that calls; undefined where a service does. */
  readonly traffic: TrafficSpec | undefined;
  readonly layers: readonly LintedLayer[];
}

/** A design as the rules look at it. */
export interface LintedDesign {
  readonly name: string;
  readonly world: WorldSpec;
  readonly registry: Registry;
  readonly edges: readonly LintedEdge[];
  readonly autoscalers: readonly LintedLayer[];
}

/** A finding at a parameter of a layer, or at the layer where nothing is written there. */
export function atLayer(
  layer: LintedLayer,
  inner: Path,
  message: string,
  others: readonly LintedLayer[] = [],
): Finding {
  const layers = [layer, ...others].map(({ spec }) => spec.name);
  return { path: placeIn(layer.written, inner), layers, message };
}

/** The first of these parameters that the layer says; the layer itself if it says none. */
export function firstWritten({ written }: LintedLayer, ...parameters: readonly string[]): Path {
  const known = parameters.map((parameter) => parameter.split('.'));
  return known.find((path) => valueAt(written.value, path) !== undefined) ?? [];
}

/** A parameter as its schema read it: nested ones with dots. */
export function configOf({ spec }: LintedLayer, parameter: string): unknown {
  return valueAt(spec.config, parameter.split('.'));
}

/** The same, if it is a number. */
export function numberOf(layer: LintedLayer, parameter: string): number | undefined {
  const value = configOf(layer, parameter);
  return typeof value === 'number' ? value : undefined;
}

export function isKind({ spec }: LintedLayer, kind: string): boolean {
  return spec.kind === kind;
}

/** Every layer of the design, on edges and beside them. */
export function allLayers({ edges, autoscalers }: LintedDesign): LintedLayer[] {
  return [...edges.flatMap(({ layers }) => layers), ...autoscalers];
}
