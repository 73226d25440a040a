import { NEVER } from '../../../kernel/time.ts';
import type { Finding, Rule } from '../rule.ts';
import { meanServiceTime } from '../load.ts';
import { time } from '../words.ts';

export const queueOutlivesDeadline: Rule = {
  code: 'OC501',
  name: 'queue-outlives-deadline',
  severity: 'warning',
  about: 'Whoever is last in a full queue waits longer than the answer is useful, and nothing stops the work.',
  why: 'In an overload every answer is late: the service is busy for clients that have gone, and serves nobody. It may stay so after the overload.',
  fix: 'Bound the queue to what can be served within the deadline, use `discipline: codel` or `adaptiveLifo`, or let cancellation reach what waits (`cancellation: queued`).',
  sources: [
    'Facebook, Fail at Scale, ACM Queue 2015',
    'Bronson et al., Metastable Failures in Distributed Systems, HotOS 2021',
  ],
  check({ world }) {
    return world.services.flatMap((service): Finding[] => {
      const { queue, concurrency, name, cancellation } = service;
      const callers = world.traffic.filter(({ to, deadline }) => to === name && deadline < NEVER);
      if (callers.length === 0 || cancellation !== 'none' || queue.discipline !== 'fifo') return [];
      const deadline = Math.min(...callers.map((traffic) => traffic.deadline));
      const wait = (queue.limit * meanServiceTime(service)) / concurrency;
      if (wait <= deadline) return [];
      const path = ['world', 'services', name, 'queue', 'limit'];
      const long = queue.limit === Infinity ? 'has no limit' : `of ${queue.limit} takes ${time(wait)} to serve`;
      const message = `the queue of \`${name}\` ${long}, but an answer is useful for ${time(deadline)} only`;
      return [{ path, layers: [], message }];
    });
  },
};
