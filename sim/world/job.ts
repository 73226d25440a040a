import type { Pooled } from '../kernel/pool.ts';
import { NEVER } from '../kernel/time.ts';
import type { Call } from './call.ts';
import type { Result } from './result.ts';

/** Who waits for a dispatch's answer; null once it has been abandoned. */
export interface Awaiter {
  answered(result: Result): void;
  /** No answer will ever come: the job was dropped in silence, and is gone. */
  dropped(): void;
}

export const QUEUED = 1;
export const RUNNING = 2;
export const CANCELLED_IN_QUEUE = 3;
/** Given up by the queue's discipline; its caller learns it next, at the same instant. */
export const SHED = 4;
export const FINISHED = 0;
export type JobState = 0 | 1 | 2 | 3 | 4;

/** One dispatch in an instance: it waits, is worked on, and is answered, whether or not anybody still waits for it. */
export class Job implements Pooled {
  readonly id: number;
  call: Call | null = null;
  awaiter: Awaiter | null = null;
  state: JobState = FINISHED;
  service = 0;
  instance = 0;
  /** The call's ordinal of this dispatch. */
  ordinal = 0;
  /** Work at full speed, nanoseconds. */
  work = NaN;
  enqueuedAt = NaN;
  startedAt = NaN;
  /** The completion that is still waited for. */
  finishAt = NEVER;
  /** Place in the instance's list of running jobs. */
  place = 0;
  /** A retry or hedge of the call: not its first dispatch. */
  extra = false;

  constructor(id: number) {
    this.id = id;
  }
}
