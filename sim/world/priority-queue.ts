import type { Job } from './job.ts';
import { JobQueue } from './job-queue.ts';

/** The queue before an instance's slots, whatever its order. */
export interface WaitingRoom {
  readonly length: number;
  push(job: Job): void;
  /** The job that has waited longest among those that come first. */
  oldest(): Job;
  newest(): Job;
  /** In the order in which they would be served, were the oldest to come first. */
  at(place: number): Job;
  /** Takes out all jobs of which `isGone` says so, once each; the others keep their order. */
  removeIf(isGone: (job: Job) => boolean): void;
}

/** Jobs of the most important class first, within a class the oldest. */
export class PriorityQueue implements WaitingRoom {
  /** By priority, 0 the most important. */
  private readonly classes: JobQueue[] = [];

  get length(): number {
    let length = 0;
    for (const queue of this.classes) length += queue.length;
    return length;
  }

  push(job: Job): void {
    while (this.classes.length <= job.priority) this.classes.push(new JobQueue());
    this.classes[job.priority].push(job);
  }

  oldest(): Job {
    return this.first().oldest();
  }

  newest(): Job {
    return this.first().newest();
  }

  at(place: number): Job {
    let left = place;
    for (const queue of this.classes) {
      if (left < queue.length) return queue.at(left);
      left -= queue.length;
    }
    throw new RangeError(`no job waits at place ${place}`);
  }

  removeIf(isGone: (job: Job) => boolean): void {
    for (const queue of this.classes) queue.removeIf(isGone);
  }

  private first(): JobQueue {
    for (const queue of this.classes) if (queue.length > 0) return queue;
    throw new RangeError('no job waits');
  }
}
