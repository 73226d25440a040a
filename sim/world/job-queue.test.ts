import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JobQueue } from './job-queue.ts';
import { Job } from './job.ts';

describe('a queue of jobs', () => {
  it('gives its oldest and its newest, in any order of acts and beyond its first size', () => {
    const act = fc.constantFrom('push', 'push', 'push', 'oldest', 'newest');
    fc.assert(
      fc.property(fc.array(act, { maxLength: 200 }), (acts) => {
        const queue = new JobQueue();
        const list: Job[] = [];
        acts.forEach((kind, i) => {
          if (kind === 'push') {
            const job = new Job(i);
            queue.push(job);
            list.push(job);
          } else if (list.length > 0) {
            expect(kind === 'oldest' ? queue.oldest() : queue.newest()).toBe(
              kind === 'oldest' ? list.shift() : list.pop(),
            );
          }
          expect(queue.length).toBe(list.length);
          list.forEach((job, place) => {
            if (queue.at(place) !== job) throw new Error(`another job at ${place}`);
          });
        });
      }),
      { numRuns: 200, seed: 1 },
    );
  });
});
