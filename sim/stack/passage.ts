import type { Pooled } from '../kernel/pool.ts';
import { NEVER } from '../kernel/time.ts';
import type { Call } from '../world/call.ts';
import type { Awaiter, Job } from '../world/job.ts';
import type { Result } from '../world/result.ts';
import type { Edge } from './edge.ts';
import type { Tries } from './tries.ts';

/**
 * One attempt's way through one layer, or (innermost, without a layer) its dispatch to an instance. Passages form a
 * tree: a retry layer has a child for each try, every other layer one. A result ascends from child to parent.
 */
export class Passage implements Pooled, Awaiter {
  readonly id: number;
  edge: Edge;
  /** Place of its layer in the stack, outermost 0; the number of layers for a dispatch. */
  place = 0;
  call!: Call;
  parent: Passage | null = null;
  /** Children that are still open: a list through `next`. */
  child: Passage | null = null;
  next: Passage | null = null;

  /** The instance that a layer outside has selected, or -1; that layer's index, or -1; and its passage. */
  target = -1;
  selector = -1;
  selectedBy: Passage | null = null;
  /** The instance that the newest try under this passage went to, once that is known; else -1. */
  host = -1;
  /** The dispatch's job, while it is awaited. */
  job: Job | null = null;
  startedAt = NaN;
  /** The timer that the layer still waits for, or `NEVER`. */
  timerAt = NEVER;
  /** As a try of the layer outside: its number from 0, and the timer by which that layer would end it, or `NEVER`. */
  tryNumber = 0;
  tryTimerAt = NEVER;

  /** The layer's own memory of this passage: what each is used for is the layer's affair. Both are reset. */
  ticket = 0;
  mark = 0;
  /** What a layer that tries more than once remembers; null for all others. */
  tries: Tries | null = null;
  /** The nearest layer outside that wants instances avoided, or null. */
  avoids: Tries | null = null;
  /** The copy of its layer that it passes, and the pool of instances (see pools.ts) that a layer outside has chosen; -1 for all. */
  copy = 0;
  pool = -1;
  /** How it passes its layer: see `WAY_…` in edge.ts. */
  way = 0;
  /** Index of an inner layer that has retried what now ascends, or -1. */
  retriedBy = -1;
  /** Whether an attempt has reached the instance that this passage's layer chose; kept by the ledger. */
  reached = false;

  constructor(id: number, edge: Edge) {
    this.id = id;
    this.edge = edge;
  }

  /** The instance answers this dispatch. */
  answered(result: Result): void {
    this.job = null;
    this.edge.finish(this, result);
  }

  /** The instance drops this dispatch in silence: only somebody outside can end it. */
  dropped(): void {
    this.job = null;
  }
}
