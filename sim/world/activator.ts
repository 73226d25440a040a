import type { Job } from './job.ts';

/** Source: knative/serving pkg/activator/net/throttler.go breakerQueueDepth. */
export const ACTIVATOR_QUEUE_DEPTH = 10_000;

/**
 * What waits for the first instance of a service that has none: requests are held before it, first come first served,
 * instead of being refused.
 */
export class Activator {
  /** Is told of each request that is held. */
  onHeld: (() => void) | null = null;
  private readonly jobs: Job[] = [];
  /** Integral over time of how many are held, up to `touchedAt`. */
  private area = 0;
  private touchedAt = 0;

  get count(): number {
    return this.jobs.length;
  }

  get isFull(): boolean {
    return this.jobs.length >= ACTIVATOR_QUEUE_DEPTH;
  }

  /** How many have been held, integrated over time up to `now`. */
  areaAt(now: number): number {
    this.area += this.jobs.length * (now - this.touchedAt);
    this.touchedAt = now;
    return this.area;
  }

  hold(job: Job, now: number): void {
    this.areaAt(now);
    this.jobs.push(job);
    if (this.onHeld !== null) this.onHeld();
  }

  /** The one that has waited longest; undefined if none does. */
  release(now: number): Job | undefined {
    this.areaAt(now);
    return this.jobs.shift();
  }

  /** One that is held is given up. */
  drop(job: Job, now: number): void {
    this.areaAt(now);
    this.jobs.splice(this.jobs.indexOf(job), 1);
  }
}
