import type { Kernel } from '../kernel/kernel.ts';
import type { Cause, Kind, Result } from '../world/result.ts';
import { makeResult } from '../world/result.ts';
import type { Edge } from './edge.ts';
import type { Gate, Saturation } from './gate.ts';
import type { Ledger } from './ledger.ts';
import type { Passage } from './passage.ts';

/** What a layer answers in the place of results of some kinds (bits by kind). */
export interface Fallback {
  readonly kinds: number;
  readonly result: Result;
}

/** What every layer of a design has, whatever its kind. */
export interface LayerIdentity {
  /** Its index among all layers of the design, and its name, unique in the scenario. */
  readonly index: number;
  readonly name: string;
  readonly kind: string;
  readonly policy: string;
  /** Decides and is judged, but does not act. */
  readonly shadow: boolean;
  /** Lets the layer outside see origin and cause of what ascends through it. */
  readonly propagateCause: boolean;
}

/**
 * One controller on one edge. An attempt descends into `attempt`, which forwards it, refuses it, or keeps it for a
 * while; the result of what it forwarded comes back to `result`. Each passage ends once: in `forward`'s result being
 * handed on, in a refusal, or, from outside, in `abandoned`.
 */
export abstract class Layer {
  readonly identity: LayerIdentity;
  readonly edge: Edge;
  readonly kernel: Kernel;
  /** Where decisions are written down; null if nobody asked. */
  readonly ledger: Ledger | null;
  /** Slot of this layer's draw counter on a call. */
  readonly slot: number;
  /** Its overhead and its own faults; null if it has none. */
  gate: Gate | null = null;
  /** What it answers in the place of a failure; null for nothing. */
  fallback: Fallback | null = null;
  /** Whether it keeps the layer outside from seeing origin and cause. In shadow a layer does nothing, not even that. */
  readonly hides: boolean;

  constructor(identity: LayerIdentity, edge: Edge, slot: number) {
    this.identity = identity;
    this.edge = edge;
    this.kernel = edge.kernel;
    this.ledger = edge.ledger;
    this.slot = slot;
    this.hides = !identity.propagateCause && !identity.shadow;
  }

  /** An attempt arrives from outside. */
  abstract attempt(passage: Passage): void;

  /** What was forwarded has ended. `child` is about to be reused: read from it, keep nothing of it. */
  abstract result(passage: Passage, child: Passage, result: Result): void;

  /** Somebody outside has ended this passage: the layer gets the result at once, and nobody awaits its own. */
  abandoned(_passage: Passage, _result: Result): void {
    // A layer without memory of what is in flight has nothing to do.
  }

  /** The passage's timer (`timerAt`) fires. */
  timer(_passage: Passage): void {
    throw new Error(`${this.identity.name} has no timer`);
  }

  /** It is time for the next hedge. */
  hedgeTimer(_passage: Passage): void {
    throw new Error(`${this.identity.name} does not hedge`);
  }

  /** The time for all tries is over. */
  endTimer(_passage: Passage): void {
    throw new Error(`${this.identity.name} has no timer over its tries`);
  }

  /** The timeout of one of the passage's tries is over. */
  tryTimer(_passage: Passage, _child: Passage): void {
    throw new Error(`${this.identity.name} has no timer for its tries`);
  }

  /** It goes down (+1) or comes back (-1). */
  fail(change: 1 | -1): void {
    this.gate?.fail(change);
  }

  /** Its passes take longer and a share is refused (+1), or no longer (-1). */
  saturate(saturation: Saturation, change: 1 | -1): void {
    this.gate?.saturate(saturation, change);
  }

  /** Loses its state: everything that it has learned. Copies for which `affected` says no keep theirs. */
  reset(_affected: (copy: number) => boolean): void {
    // A layer without state has nothing to lose.
  }

  /**
   * Runs on with other settings from now on (`null` for the declared ones). Copies for which `affected` says no have none
   * of it.
   */
  reconfigure(
    _settingsOf: (copy: number) => Readonly<Record<string, unknown>> | null,
    _affected: (copy: number) => boolean,
  ): void {
    throw new Error(`${this.identity.name} cannot be reconfigured while it runs`);
  }

  /**
   * For display: what it believes now of one of its keys (a balancer of an instance's load, a limiter of the share of an
   * allowance that is used); NaN where it holds no picture. Looking changes nothing.
   */
  believedOf(_key: number): number {
    return NaN;
  }

  /** For display: the same as it should be, where the layer has a twin that knows; else NaN. */
  entitledOf(_key: number): number {
    return NaN;
  }

  /** A refusal of this layer's own. */
  protected refusal(kind: Kind, cause: Cause): Result {
    return makeResult(kind, cause, this.identity.index);
  }

  /** The next ordinal of this layer's own draws for the passage's call. */
  nextDraw(passage: Passage): number {
    return passage.call.draws[this.slot]++;
  }
}
