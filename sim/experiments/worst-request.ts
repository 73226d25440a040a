import type { RequestFollower } from '../measure/measurement.ts';
import type { Simulation } from '../scenario/simulation.ts';
import type { Call } from '../world/call.ts';
import { LATE, SERVED } from '../world/outcome.ts';
import type { Outcome } from '../world/outcome.ts';

export const WORST_KINDS = ['latency', 'dispatches'] as const;
/** From arrival to answer, of those that were answered; or how often it was sent to an instance. */
export type WorstKind = (typeof WORST_KINDS)[number];

/** Remembers the one request of a run that had most of something; of equal ones the first to end. */
export class WorstRequest implements RequestFollower {
  readonly kind: WorstKind;
  /** -1 while there is none. */
  request = -1;
  private most = 0;
  private simulation: Simulation | null = null;

  constructor(kind: WorstKind) {
    this.kind = kind;
  }

  /** Follows a run from its beginning. */
  watch(simulation: Simulation): void {
    this.simulation = simulation;
    simulation.measurement.follower = this;
  }

  arrived(): void {}

  ended(call: Call, outcome: Outcome): void {
    if (call.arrivedAt < this.simulation!.world.spec.warmup) return;
    const value = this.valueOf(call, outcome);
    if (value <= this.most) return;
    this.most = value;
    this.request = call.request;
  }

  private valueOf(call: Call, outcome: Outcome): number {
    if (this.kind === 'dispatches') return call.dispatches;
    return outcome === SERVED || outcome === LATE ? this.simulation!.now - call.arrivedAt : 0;
  }
}
