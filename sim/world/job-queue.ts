import type { Job } from './job.ts';

/** A ring of waiting jobs that gives its oldest or its newest; O(1). */
export class JobQueue {
  private ring: (Job | null)[] = new Array<Job | null>(16).fill(null);
  private head = 0;
  private size = 0;

  get length(): number {
    return this.size;
  }

  push(job: Job): void {
    if (this.size === this.ring.length) this.grow();
    this.ring[(this.head + this.size) & (this.ring.length - 1)] = job;
    this.size++;
  }

  oldest(): Job {
    const job = this.ring[this.head]!;
    this.ring[this.head] = null;
    this.head = (this.head + 1) & (this.ring.length - 1);
    this.size--;
    return job;
  }

  newest(): Job {
    this.size--;
    const at = (this.head + this.size) & (this.ring.length - 1);
    const job = this.ring[at]!;
    this.ring[at] = null;
    return job;
  }

  /** The job that is `place`-th in the order of arrival. */
  at(place: number): Job {
    return this.ring[(this.head + place) & (this.ring.length - 1)]!;
  }

  /** Takes out all jobs of which `isGone` says so, once each; the others keep their order. */
  removeIf(isGone: (job: Job) => boolean): void {
    for (let left = this.size; left > 0; left--) {
      const job = this.oldest();
      if (!isGone(job)) this.push(job);
    }
  }

  private grow(): void {
    const ring = new Array<Job | null>(this.ring.length * 2).fill(null);
    for (let i = 0; i < this.size; i++) ring[i] = this.at(i);
    this.ring = ring;
    this.head = 0;
  }
}
