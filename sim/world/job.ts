import type { Pooled } from '../kernel/pool.ts';
import { NEVER } from '../kernel/time.ts';
import type { Call } from './call.ts';
import { SERVED_OK } from './result.ts';
import type { Result } from './result.ts';

/** Who waits for a dispatch's answer; null once it has been abandoned. */
export interface Awaiter {
  answered(result: Result): void;
  /** No answer will ever come: the job was dropped in silence, and is gone. */
  dropped(): void;
}

export const FINISHED = 0;
/** On its way to the instance. */
export const TRAVELLING = 1;
export const QUEUED = 2;
export const CANCELLED_IN_QUEUE = 3;
/** In a slot. */
export const RUNNING = 4;
/** Waits for calls of its own, in its slot or without one. */
export const CALLING = 5;
/** Its answer is on its way back. */
export const ANSWERING = 6;
/** Given up by the queue's discipline; its caller learns it next, at the same instant. */
export const GIVEN_UP = 7;
/** Held until there is an instance at all. */
export const HELD = 8;
export type JobState = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** One dispatch in an instance: it waits, is worked on, and is answered, whether or not anybody still waits for it. */
export class Job implements Pooled {
  readonly id: number;
  call: Call | null = null;
  awaiter: Awaiter | null = null;
  state: JobState = FINISHED;
  service = 0;
  instance = 0;
  /** How many effects had taken hold in the instance when its work began. */
  version = 0;
  /** The call's ordinal of this dispatch. */
  ordinal = 0;
  /** 0 is the most important. */
  priority = 0;
  /** Work at full speed, nanoseconds. */
  work = NaN;
  enqueuedAt = NaN;
  startedAt = NaN;
  /** The event (arrival, completion, answer) that is still waited for. */
  finishAt = NEVER;
  /** Place in the instance's list of running jobs; -1 while it has no slot. */
  place = -1;
  /** Place in the instance's list of jobs that wait for calls without a slot; -1 elsewhere. */
  asidePlace = -1;
  /** Since when it waits for the calls of its stage. */
  callingSince = NaN;
  /** A retry or hedge of the call: not its first dispatch. */
  extra = false;

  /** The stage of the service's plan that it is in, and a mark by which stale answers are told. */
  stage = 0;
  token = 0;
  /** Calls of the stage under way, ended well, and ended badly. */
  pending = 0;
  succeeded = 0;
  failed = 0;
  /** Its answer will be wrong: made of partial or wrong answers. */
  wrong = false;
  /** Calls of this job that are under way. */
  readonly calls: Call[] = [];
  /** Its calls that ended well and are to be undone if it fails: the plan's steps. */
  readonly undo: number[] = [];
  /** The answer that is on its way. */
  result: Result = SERVED_OK;

  constructor(id: number) {
    this.id = id;
  }
}
