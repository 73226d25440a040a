import type { GaveUp, Ledger, RefusalPurpose } from '../stack/ledger.ts';
import type { LayerIdentity } from '../stack/layer.ts';
import type { Passage } from '../stack/passage.ts';
import type { Call } from '../world/call.ts';
import type { World } from '../world/world.ts';
import type { Cause, Result } from '../world/result.ts';
import type { DesignSpec, Scenario } from '../scenario/scenario.ts';

/** What an observer is told of the run before it begins. */
export interface Observed {
  readonly scenario: Scenario;
  readonly design: DesignSpec;
  readonly layers: readonly LayerIdentity[];
  /** Simulated now, nanoseconds. */
  now(): number;
}

/** Watches the decisions of one run as they are made. It must keep nothing of a passage: passages are reused. */
export interface Observer {
  admitted?(layer: LayerIdentity, passage: Passage): void;
  refused?(layer: LayerIdentity, passage: Passage): void;
  retried?(layer: LayerIdentity, passage: Passage): void;
  transition?(layer: LayerIdentity, key: number, from: string, to: string, asOf: number): void;
  scaled?(layer: LayerIdentity, from: number, to: number, asOf: number): void;
}

/** Passes every decision on to the ledger that counts, and tells the observers. */
export class ObservedLedger implements Ledger {
  private readonly inner: Ledger;
  private readonly onAdmitted: readonly Observer[];
  private readonly onRefused: readonly Observer[];
  private readonly onRetried: readonly Observer[];
  private readonly onTransition: readonly Observer[];
  private readonly onScaled: readonly Observer[];

  constructor(inner: Ledger, observers: readonly Observer[]) {
    this.inner = inner;
    const those = (act: keyof Observer): Observer[] => observers.filter((one) => one[act] !== undefined);
    this.onAdmitted = those('admitted');
    this.onRefused = those('refused');
    this.onRetried = those('retried');
    this.onTransition = those('transition');
    this.onScaled = those('scaled');
  }

  selected(layer: LayerIdentity, passage: Passage, target: number, asOf: number, believed: number): void {
    this.inner.selected(layer, passage, target, asOf, believed);
  }

  foundNone(layer: LayerIdentity, passage: Passage, asOf: number): void {
    this.inner.foundNone(layer, passage, asOf);
  }

  admitted(layer: LayerIdentity, passage: Passage, asOf: number): void {
    this.inner.admitted(layer, passage, asOf);
    for (const observer of this.onAdmitted) observer.admitted!(layer, passage);
  }

  refused(layer: LayerIdentity, passage: Passage, cause: Cause, asOf: number, purpose: RefusalPurpose): void {
    this.inner.refused(layer, passage, cause, asOf, purpose);
    for (const observer of this.onRefused) observer.refused!(layer, passage);
  }

  retried(layer: LayerIdentity, passage: Passage, after: Result, delay: number, hedge: boolean): void {
    this.inner.retried(layer, passage, after, delay, hedge);
    for (const observer of this.onRetried) observer.retried!(layer, passage);
  }

  gaveUp(layer: LayerIdentity, passage: Passage, result: Result, why: GaveUp): void {
    this.inner.gaveUp(layer, passage, result, why);
  }

  fellBack(layer: LayerIdentity, passage: Passage, result: Result): void {
    this.inner.fellBack(layer, passage, result);
  }

  timedOut(layer: LayerIdentity, passage: Passage, child: Passage): void {
    this.inner.timedOut(layer, passage, child);
  }

  charged(layer: LayerIdentity, passage: Passage, result: Result, cost: number): void {
    this.inner.charged(layer, passage, result, cost);
  }

  transition(layer: LayerIdentity, key: number, from: string, to: string, asOf: number): void {
    this.inner.transition(layer, key, from, to, asOf);
    for (const observer of this.onTransition) observer.transition!(layer, key, from, to, asOf);
  }

  scaled(layer: LayerIdentity, service: number, from: number, to: number, asOf: number, target: number): void {
    this.inner.scaled(layer, service, from, to, asOf, target);
    for (const observer of this.onScaled) observer.scaled!(layer, from, to, asOf);
  }

  dispatched(passage: Passage, target: number): void {
    this.inner.dispatched(passage, target);
  }

  answered(passage: Passage, result: Result): void {
    this.inner.answered(passage, result);
  }

  hungUp(call: Call): void {
    this.inner.hungUp(call);
  }
}

/** A change of a layer's state (a circuit opened, an instance ejected, replicas asked for), and what it was made on. */
export interface StateChange {
  readonly at: number;
  readonly layer: string;
  /** The client, instance … that the state is of; -1 where the layer has one. */
  readonly key: number;
  readonly from: string;
  readonly to: string;
  /** The time of the state that it was decided on. */
  readonly asOf: number;
  /** The truth at that moment: requests in service and waiting, in the instance that the key names or else in all. */
  readonly running: number;
  readonly waiting: number;
}

/** A run that flaps more often than this is known well enough by what came first. */
const MOST_CHANGES = 20_000;

/** Writes down every change of a layer's state. */
export class StateChanges implements Observer {
  readonly changes: StateChange[] = [];
  private readonly world: World;
  private readonly services: ReadonlyMap<string, string>;

  constructor(world: World, design: DesignSpec) {
    this.world = world;
    const onPath = design.edges.flatMap(({ to, layers }) => layers.map(({ name }) => [name, to] as const));
    const beside = design.autoscalers.map(({ name, config }) => [name, String(config['service'])] as const);
    this.services = new Map([...onPath, ...beside]);
  }

  transition({ name }: LayerIdentity, key: number, from: string, to: string, asOf: number): void {
    this.note(name, key, from, to, asOf);
  }

  scaled({ name }: LayerIdentity, from: number, to: number, asOf: number): void {
    if (from !== to) this.note(name, -1, String(from), String(to), asOf);
  }

  private note(layer: string, key: number, from: string, to: string, asOf: number): void {
    if (this.changes.length >= MOST_CHANGES) return;
    const at = this.world.kernel.now;
    const instances = this.world.serviceByName.get(this.services.get(layer) ?? '')?.instances ?? [];
    const seen = key >= 0 && key < instances.length ? [instances[key]] : instances;
    const running = seen.reduce((sum, { busy }) => sum + busy, 0);
    const waiting = seen.reduce((sum, one) => sum + one.waiting, 0);
    this.changes.push({ at, layer, key, from, to, asOf, running, waiting });
  }
}
