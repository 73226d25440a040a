import { SECOND } from '../../../kernel/time.ts';

/** What `acquire` returns besides the number of a caller that waits. */
export const GRANTED = 0;
export const REJECTED = -1;

/** A limiter that answers at once, behind the backlog. */
export interface Semaphore {
  tryAcquire(): boolean;
  release(): void;
}

/**
 * Callers above the limit wait in a backlog, and the one that came last is let in first: it has the longest left to
 * live. Netflix concurrency-limits `LifoBlockingLimiter` at 78a74b9. It schedules nothing: whoever runs it calls
 * `expire` or compares a waiting caller's `timeout`. At one instant a release comes before a timeout.
 */
export class LifoBlockingLimiter {
  private readonly semaphore: Semaphore;
  private readonly backlogTimeout: number;
  /** A stack, newest on top: the numbers of the callers that wait, and until when. */
  private readonly callers: Float64Array;
  private readonly deadlines: Float64Array;
  private size = 0;
  private lastCaller = 0;

  /** @param backlogSize callers that may wait; @param backlogTimeout nanoseconds that each waits at most */
  constructor(semaphore: Semaphore, backlogSize = 100, backlogTimeout = SECOND) {
    this.semaphore = semaphore;
    this.backlogTimeout = backlogTimeout;
    this.callers = new Float64Array(backlogSize);
    this.deadlines = new Float64Array(backlogSize);
  }

  /** Callers that wait. */
  get waiting(): number {
    return this.size;
  }

  /** `GRANTED`, `REJECTED` (the backlog is full), or this caller's number: it waits until `now + timeout`. */
  acquire(now: number, timeout = this.backlogTimeout): number {
    if (this.semaphore.tryAcquire()) return GRANTED;
    this.expire(now);
    if (this.size >= this.callers.length) return REJECTED;
    this.lastCaller++;
    this.callers[this.size] = this.lastCaller;
    this.deadlines[this.size] = now + timeout;
    this.size++;
    return this.lastCaller;
  }

  /** One that was let in has ended. Returns the number of the caller that is let in instead, or 0. */
  release(now: number): number {
    this.semaphore.release();
    this.dropBefore(now);
    if (this.size === 0 || !this.semaphore.tryAcquire()) return 0;
    this.size--;
    return this.callers[this.size];
  }

  /** Takes those out of the backlog whose time is over. */
  expire(now: number): void {
    // The end of an instant: what is due at `now` is over too.
    this.dropBefore(now + 1);
  }

  private dropBefore(time: number): void {
    let kept = 0;
    for (let i = 0; i < this.size; i++) {
      if (this.deadlines[i] < time) continue;
      this.callers[kept] = this.callers[i];
      this.deadlines[kept] = this.deadlines[i];
      kept++;
    }
    this.size = kept;
  }
}
