import type { Pool, Pooled } from '../kernel/pool.ts';
import { NEVER } from '../kernel/time.ts';
import type { Effects } from './effects.ts';
import type { Job } from './job.ts';
import type { Result } from './result.ts';

/** Who made a call: a traffic source's client, or a job inside a service. */
export interface Caller {
  /** The call's result has come. */
  callEnded(call: Call, result: Result): void;
  /** The caller's own patience with the call is over. */
  hungUp(call: Call): void;
}

/** Where a call enters an edge: the outermost layer of its stack. */
export interface Entry {
  begin(call: Call): void;
  /** The caller gives up: every layer that the call passed learns it at once. */
  abandon(call: Call): void;
}

/** Most layers on one edge: each has a count and a bit in a call's memory. */
export const MOST_LAYERS = 30;

/**
 * One logical call on one edge: a client's request, or a call that a service makes while it serves another. It ends
 * exactly once. All its attempts share its demand; each dispatch takes the next ordinal.
 */
export class Call implements Pooled {
  readonly id: number;
  /** The request that it is part of: itself, for a client's request. */
  root: Call = this;
  /** The job that made it; null for a client's request. */
  parent: Job | null = null;
  /** Its place among the calls of the parent's stage. */
  place = 0;
  /** The parent's stage that it was made in: an answer to a stage that is over says nothing any more. */
  token = 0;

  /** The draws of this call are keyed by its path: source and number of the request, then (edge, ordinal) of each nested call. */
  pathHigh = 0;
  pathLow = 0;
  /** The same without the ordinals of tries: its demand is keyed by this, and so is the same in every try of its callers. */
  sizeHigh = 0;
  sizeLow = 0;
  /** Index of the edge that it goes over. */
  edge = 0;
  /** Index of the traffic source, the request's number in it, and its number among all arrivals. */
  source = 0;
  sequence = 0;
  request = 0;
  /** Index of the client that it comes from, once drawn, and of its class. */
  client = 0;
  klass = 0;
  /** 0 is the most important. */
  priority = 0;
  /** Zone that it is made in; -1 without a network. */
  zone = -1;
  arrivedAt = NaN;
  /** When an answer stops being useful. */
  deadlineAt = NaN;
  /** When the caller hangs up: the timer that is still waited for, or `NEVER`. */
  hangUpAt = NEVER;
  /** Dispatches so far: the ordinal of the next one. */
  dispatches = 0;
  /** Dispatches that were dropped in silence. */
  dropped = 0;
  /** How often its effect was carried out; null where nobody minds, and no call below it does. */
  effects: Effects | null = null;
  /** Index of the instance that made it; -1 for a client's request. */
  madeBy = -1;
  /** The stage at which a later try resumes, where the service keeps checkpoints. */
  progress = 0;
  /** Jobs of it that are still in some instance, abandoned ones included: it is reused only when none is left. */
  jobs = 0;
  ended = false;
  /** The demand, once drawn; negative before. */
  demand = -0.5;
  /** The work of the dispatch whose ordinal is `workOrdinal`, once drawn; -1 before. */
  work = 0.5;
  workOrdinal = -1;
  /** Wait in a queue of the attempt that answered. */
  waited = NaN;
  /** How often each layer of the edge has drawn for this call, by the layer's slot. */
  readonly draws = new Uint16Array(MOST_LAYERS);
  /** How often the call has come to each layer that has a gate, by the layer's slot. */
  readonly passes = new Uint16Array(MOST_LAYERS);
  /** One bit a layer of the edge, by its place: used by the ledger and by twins. */
  seenBy = 0;
  allowedBy = 0;
  /** Layers' conflicts on this request so far, for choosing the story to tell; counted at the root. */
  conflicts = 0;
  /** The outermost passage of the attempt tree that serves it, or -1. */
  passage = -1;
  caller: Caller | null = null;
  /** Whether every act on this call is to be told. */
  traced = false;

  constructor(id: number) {
    this.id = id;
  }
}

/** Whether a call's hang-up is still waited for. */
export function isHangUpAwaited(calls: Pool<Call>): (id: number, time: number) => boolean {
  const { items } = calls;
  return (id, time) => items[id].hangUpAt === time;
}
