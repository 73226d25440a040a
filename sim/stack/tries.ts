import type { Pooled } from '../kernel/pool.ts';
import { NEVER } from '../kernel/time.ts';

/** What a layer that tries more than once remembers of one passage. Reused by its layer. */
export class Tries implements Pooled {
  readonly id: number;
  /** The copy of the layer that began it, which it belongs to until it ends, whatever becomes of the layer's state. */
  copy: unknown = null;
  /** Tries begun, and retries and hedges allowed. */
  begun = 0;
  retries = 0;
  /** Numbers of the tries that were open when the passage was given up; for `Layer.abandoned`. */
  readonly open: number[] = [];
  /** Most retries that the budget grants this call. */
  allowance = 0.5;
  /** A backoff's memory from wait to wait. */
  backoffMemory = 0.5;
  /** 1 + the kind of result that the last retry followed; 0 for none. */
  after = 0;
  /** Instances that earlier tries went to, if they are to be avoided, and how often a balancer repeats its choice to. */
  readonly avoid: number[] = [];
  selectionAttempts = 0;
  /** The timers that are still waited for: the next hedge, and the one over all tries; `NEVER` for none. */
  hedgeAt = NEVER;
  endAt = NEVER;

  constructor(id: number) {
    this.id = id;
  }

  reset(copy: unknown): void {
    this.copy = copy;
    this.begun = 0;
    this.retries = 0;
    if (this.open.length > 0) this.open.length = 0;
    this.allowance = NEVER;
    this.backoffMemory = 0;
    this.after = 0;
    if (this.avoid.length > 0) this.avoid.length = 0;
    this.selectionAttempts = 0;
    this.hedgeAt = NEVER;
    this.endAt = NEVER;
  }
}
