import type { Figure, ValidationCase } from '../case.ts';
import { ofOne, within } from '../case.ts';
import type { Observation } from '../observation.ts';
import { success } from './figures.ts';

/** One slow backend of eleven, and how soon a balancer notices. */

/** lb-latency-linkerd.json */
export interface LatencyBalancing {
  readonly results: readonly {
    readonly policy: string;
    readonly arrivals: 'deterministic' | 'poisson';
    readonly success_1s: number;
    readonly p95: number;
    readonly p99: number;
    readonly p999: number;
    readonly p9999: number;
  }[];
}

const SOURCE = 'Jenson and Oanta, Beyond Round Robin, linkerd.io 2016';

/** The scenario's designs, and what the source's tolerance allows each of its success. */
const POLICIES: Readonly<Record<string, { readonly design: string; readonly success: number; readonly by: number }>> = {
  rr: { design: 'layered', success: 0.9545, by: 0.0005 },
  ll: { design: 'least-loaded', success: 0.995, by: 0.001 },
  ll_p2c: { design: 'least-loaded-of-two', success: 0.995, by: 0.001 },
  ewma: { design: 'peak-ewma', success: 0.9993, by: 0.0003 },
  ewma_p2c: { design: 'peak-ewma-of-two', success: 0.9993, by: 0.0003 },
};

/** Fast (below 0.2 s) or as slow as the slow backend: which of the two a percentile is. */
function modeOf(name: string, seconds: number, read: (run: Observation) => number): Figure {
  const slow = seconds > 1;
  return {
    name: `${name} is ${slow ? 'slow (1)' : 'fast (0)'}`,
    gate: { kind: 'each', expected: slow ? 1 : 0 },
    values: ofOne((run) => (read(run) < 200 ? 0 : 1)),
  };
}

export function latencyCases({ results }: LatencyBalancing): ValidationCase[] {
  return results.map(({ policy, arrivals, p95, p99, p999, p9999 }) => {
    const { design, success: expected, by } = POLICIES[policy];
    return {
      name: `latency-balancing/${design === 'layered' ? 'round-robin' : design}-${arrivals}`,
      source: SOURCE,
      short: arrivals === 'deterministic' && policy === 'ewma',
      points: [
        {
          scenario: 'latency-balancing',
          design,
          set: { 'world.traffic.client.arrivals': { [arrivals]: '1000/s' } },
        },
      ],
      figures: [
        { name: 'answered within 1 s', unit: 'share', gate: within(expected, by), values: ofOne(success) },
        modeOf('95th percentile', p95, (run) => run.latencyP95Ms),
        modeOf('99th percentile', p99, ({ figures }) => figures.latencyMs.p99),
        modeOf('99.9th percentile', p999, ({ figures }) => figures.latencyMs.p999),
        modeOf('99.99th percentile', p9999, (run) => run.latencyP9999Ms),
      ],
    };
  });
}
