import type { z } from 'zod';
import type { DistributionSpec } from '../kernel/distributions/index.ts';
import type { RootKey } from '../kernel/random.ts';
import type { Ticker } from '../kernel/ticker.ts';
import type { MetricsSpec } from '../signals/metrics.ts';
import type { Edge } from '../stack/edge.ts';
import type { Saturation } from '../stack/gate.ts';
import type { Layer, LayerIdentity } from '../stack/layer.ts';
import type { Ledger } from '../stack/ledger.ts';
import type { Call } from '../world/call.ts';
import type { TelemetryDisturbance } from '../world/faults/plan.ts';
import type { Service } from '../world/service.ts';
import type { Copies, CopiesSpec } from './copies.ts';
import type { Card, PolicyDefinition } from './definition.ts';
import type { SettingsOf } from './settings.ts';

/**
 * How a controller looks with one failure mode removed, in words: what `diagnose` does to it. Latency accumulation is
 * removed for every controller alike (live metrics, no overhead, no delay of actuation or discovery).
 */
export interface Ideals {
  /** Abstraction leak removed: full detail, at the layer's own age. */
  readonly leak: string;
  /** Decision drift removed: memory recomputed from the current view, config as declared. */
  readonly drift: string;
}

/** Which failure modes a layer is built without. */
export interface Idealised {
  /** Beside live metrics and no delays of its own: faults make neither its telemetry nor its passes late. */
  readonly latency: boolean;
  readonly leak: boolean;
  readonly drift: boolean;
}

/** A layer of a design as plain data: what the scenario says, read and completed with every default. */
export interface LayerSpec {
  readonly name: string;
  readonly kind: string;
  readonly policy: string;
  readonly shadow: boolean;
  readonly propagateCause: boolean;
  /** What the layer decides on: what passes through it, live, or what is reported to it. */
  readonly source: 'own' | 'reported';
  readonly metrics: MetricsSpec;
  readonly idealised: Idealised;
  readonly copies: CopiesSpec;
  /** Time that each pass takes; null for none. */
  readonly overhead: DistributionSpec | null;
  /** What becomes of attempts while the layer is down. */
  readonly whenDown: 'pass' | 'refuse';
  /** How often its settings are set back to the declared ones; `Infinity` for never. */
  readonly reconcile: number;
  /** What it answers in the place of failures of these kinds; null for nothing. */
  readonly fallback: FallbackSpec | null;
  /** It is no control layer, but clients that retry by themselves: it stands in every design. */
  readonly ofClients?: boolean;
  /** Parameters of its kind and of its policy, as their schemas parse them. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** An answer in the place of failures: a default that is as good as an answer, or a stale one that only looks so. */
export interface FallbackSpec {
  readonly on: readonly ('error' | 'refused' | 'limited' | 'timedOut')[];
  readonly answer: 'default' | 'stale';
}

/** What faults of a controller itself do to it. */
export interface Disturbable {
  /** It goes down (+1) or comes back (-1). */
  fail(change: 1 | -1): void;
  /** Its passes take longer and a share is refused (+1), or no longer (-1). */
  saturate(saturation: Saturation, change: 1 | -1): void;
  reset(affected: (copy: number) => boolean): void;
  /** Other settings (null for the declared ones), in the copies for which `affected` says yes. */
  reconfigure(settingsOf: SettingsOf, affected: (copy: number) => boolean): void;
}

/** What a layer is built with. */
export interface LayerContext {
  readonly identity: LayerIdentity;
  readonly edge: Edge;
  /** Slot of its draw counter on a call. */
  readonly slot: number;
  /** Root key of the draws that belong to the design. */
  readonly root: RootKey;
  readonly ticker: Ticker;
  /** Faults of its telemetry. */
  readonly disturbances: readonly TelemetryDisturbance[];
  /** The client that a call comes from. */
  clientOf(call: Call): number;
  /** Which copy of the layer an attempt passes. */
  readonly copies: Copies;
  /** By zone, the index of its region; empty without a network. */
  readonly regionOf: readonly number[];
  /** Whether a layer outside it selects the instance. */
  readonly insideBalancer: boolean;
}

/** What a controller beside the path, an autoscaler, is built with. */
export interface ScalerContext {
  readonly identity: LayerIdentity;
  readonly service: Service;
  readonly root: RootKey;
  readonly ticker: Ticker;
  readonly kernel: Edge['kernel'];
  readonly ledger: Ledger | null;
  readonly disturbances: readonly TelemetryDisturbance[];
}

/** Any definition of a policy; its kind knows what it makes. */
// What a policy is made with and makes differs from kind to kind.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyPolicyDefinition = PolicyDefinition<any, any>;

interface KindBase {
  /** As a scenario writes it in `kind:`. */
  readonly name: string;
  /** One sentence. */
  readonly about: string;
  readonly card: Card;
  readonly ideals: Ideals;
  /** Parameters that every policy of this kind has. */
  readonly parameters: z.ZodRawShape;
  readonly policies: readonly AnyPolicyDefinition[];
  /** The policy that is meant where a scenario names none. */
  readonly defaultPolicy: string;
  /** Whether by its settings a layer is the same without leak or drift, faults of its own apart; left out if never. */
  isSameWithout?(spec: LayerSpec, mode: 'leak' | 'drift'): boolean;
  /** A relation between a layer's settings that must hold; the message says what is wrong, on which parameter. */
  check?(spec: LayerSpec, place: LayerPlace): Complaint | undefined;
}

/** Where a layer stands, for checks. */
export interface LayerPlace {
  readonly insideBalancer: boolean;
}

/** What is wrong with a layer's settings. */
export interface Complaint {
  readonly parameter: string;
  readonly message: string;
}

/** A kind of layer on the path of the requests. */
export interface PathKind extends KindBase {
  readonly place: 'path';
  /** Whether a layer selects the instance for all layers inside. */
  selects(spec: LayerSpec): boolean;
  build(spec: LayerSpec, policy: AnyPolicyDefinition, context: LayerContext): Layer;
}

/** A controller beside the path, and what it adds to a running simulation. */
export interface ScalerKind extends KindBase {
  readonly place: 'beside';
  build(spec: LayerSpec, policy: AnyPolicyDefinition, context: ScalerContext): Disturbable;
}

export type ControllerKind = PathKind | ScalerKind;
