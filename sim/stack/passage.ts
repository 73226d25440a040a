import type { Pooled } from '../kernel/pool.ts';
import { NEVER } from '../kernel/time.ts';
import type { Call } from '../world/call.ts';
import type { Awaiter, Job } from '../world/job.ts';
import type { Result } from '../world/result.ts';
import type { Edge } from './edge.ts';

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

  /** The instance that a layer outside has selected, or -1; and that layer's index, or -1. */
  target = -1;
  selector = -1;
  /** The dispatch's job, while it is awaited. */
  job: Job | null = null;
  startedAt = NaN;
  /** The timers that the layer still waits for, or `NEVER`. */
  timerAt = NEVER;
  secondTimerAt = NEVER;
  lastTimerAt = NEVER;

  /** The layer's own memory of this passage. What each is used for is the layer's affair; all are reset. */
  ticket = 0;
  tries = 0;
  retries = 0;
  allowance = 0.5;
  backoffMemory = 0.5;
  mark = 0;
  /** Whether an attempt has reached the instance that this passage's layer chose; kept by the ledger. */
  reached = false;
  /** Tries that were open when the passage was given up; for `Layer.abandoned`. */
  openTries = 0;
  /** The instance that the newest try under this passage went to, once that is known; else -1. */
  host = -1;
  /** Instances that earlier tries of this passage's layer went to, if it wants them avoided; else empty. */
  readonly tried: number[] = [];
  /** How often a balancer inside repeats its choice to avoid them. */
  selectionAttempts = 0;
  /** The nearest passage outside whose `tried` a balancer must avoid, or null. */
  avoids: Passage | null = null;
  /** As a try of the layer outside: its number from 0, and the timer by which that layer would end it, or `NEVER`. */
  tryNumber = 0;
  tryTimerAt = NEVER;
  /** Index of an inner layer that has retried what now ascends, or -1. */
  retriedBy = -1;

  constructor(id: number, edge: Edge) {
    this.id = id;
    this.edge = edge;
  }

  /** The instance answers this dispatch. */
  answered(result: Result): void {
    this.job = null;
    this.edge.finish(this, result);
  }
}
