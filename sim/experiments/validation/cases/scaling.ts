import type { ValidationCase } from '../case.ts';
import { inside, ofOne } from '../case.ts';
import { backlogOf } from '../closed-forms/index.ts';
import type { Observation } from '../observation.ts';

/** What late capacity costs. */

/** autoscaling.json */
export interface Scaling {
  readonly step_overload_scaleout_delay: readonly {
    readonly lam_before: number;
    readonly lam_after: number;
    readonly mu: number;
    readonly replicas_before: number;
    readonly replicas_after: number;
    readonly scaleout_delay: number;
  }[];
}

/** When the load rises, seconds. */
const STEP = 30;
const BUCKETS_A_SECOND = 5;

const queueOf = (run: Observation): readonly number[] => run.timeline!.series['queue:workers'];

/** Seconds from the moment that all capacity is there until the queue is empty. */
function drainTime(run: Observation, from: number): number {
  const queue = queueOf(run);
  const first = Math.floor(from * BUCKETS_A_SECOND);
  return queue.slice(first).findIndex((waiting) => waiting < 1) / BUCKETS_A_SECOND;
}

export function scalingCases({ step_overload_scaleout_delay: rows }: Scaling): ValidationCase[] {
  return rows.map(({ lam_before: before, lam_after: after, mu, replicas_before, replicas_after, scaleout_delay }) => {
    const known = backlogOf(after, replicas_before * mu, replicas_after * mu, scaleout_delay);
    const ready = STEP + scaleout_delay;
    const duration = -Math.floor(-(ready + 1.3 * known.drain + 20));
    return {
      name: `late-capacity/${before}-to-${after}-after-${scaleout_delay}s`,
      source: 'the fluid queue',
      short: scaleout_delay === 60,
      points: [
        {
          scenario: 'late-capacity',
          timeline: duration * BUCKETS_A_SECOND,
          set: {
            duration: `${duration}s`,
            'world.services.workers.concurrency': replicas_after,
            'world.faults.not-yet.for': `${ready}s`,
            'world.faults.not-yet.capacity.share': replicas_before / replicas_after,
            'world.traffic.users.arrivals': {
              profile: [
                { at: '0s', rate: `${before}/s` },
                { at: `${STEP}s`, rate: `${before}/s` },
                { at: `${STEP}s`, rate: `${after}/s` },
              ],
            },
          },
        },
      ],
      figures: [
        {
          name: 'longest queue',
          gate: inside(known.peak, 0.1),
          values: ofOne((run) => queueOf(run).reduce((most, waiting) => Math.max(most, waiting), 0)),
        },
        {
          name: 'from more capacity to an empty queue',
          unit: 's',
          gate: inside(known.drain, 0.15),
          values: ofOne((run) => drainTime(run, ready)),
        },
        {
          name: 'longest wait',
          unit: 's',
          gate: inside(known.longestWait, 0.08),
          values: ofOne(({ longestWaitMs }) => longestWaitMs / 1000),
        },
      ],
    };
  });
}
