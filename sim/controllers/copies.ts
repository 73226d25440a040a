import { below, Draw } from '../kernel/random.ts';
import type { RootKey } from '../kernel/random.ts';
import type { Passage } from '../stack/passage.ts';
import type { Call } from '../world/call.ts';

/**
 * How many independent copies a layer has. Workers of a proxy, a library in every client, a sidecar beside every
 * instance of the caller: each knows only what passes through it.
 */
export type CopiesSpec = 'shared' | 'perClient' | 'perCallerInstance' | number;

/** Which copy of a layer an attempt passes. */
export class Copies {
  readonly spec: CopiesSpec;
  /** Whether there is one only. */
  readonly isShared: boolean;
  private readonly draw: Draw;
  private readonly clientOf: (call: Call) => number;

  constructor(spec: CopiesSpec, root: RootKey, layer: string, clientOf: (call: Call) => number) {
    this.spec = spec;
    this.isShared = spec === 'shared' || spec === 1;
    this.draw = new Draw(root, 'copy', layer);
    this.clientOf = clientOf;
  }

  /** The copy's index; all tries of one call pass the same. */
  of(passage: Passage): number {
    if (this.isShared) return 0;
    const { spec } = this;
    const { call } = passage;
    if (spec === 'perClient') return this.clientOf(call);
    // A client of the traffic is its own instance.
    if (spec === 'perCallerInstance') return call.madeBy < 0 ? this.clientOf(call) : call.madeBy;
    return below(this.draw.at(call.pathHigh, call.pathLow, 0), spec as number);
  }

  /** Whether a copy is among the share that something reaches, such as a push that does not reach all; by hash. */
  isAmong(copy: number, share: number, what: string, root: RootKey): boolean {
    if (share >= 1) return true;
    return below(new Draw(root, 'reach', what).at(0, copy, 0), 1_000_000) < share * 1_000_000;
  }
}
