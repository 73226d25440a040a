import type { ValidationCase } from '../case.ts';
import { inside, ofOne } from '../case.ts';

/** Writers who want one row and begin again, after one backoff or another, when another was first. */

/** backoff-jitter.json */
export interface BackoffJitter {
  readonly results: readonly {
    readonly clients: number;
    /** Also the scenario's design. */
    readonly algorithm: string;
    readonly mean_completion_ms: number;
    readonly se_completion: number;
    readonly mean_calls: number;
    readonly se_calls: number;
  }[];
}

const SOURCE = 'Brooker, Exponential Backoff And Jitter, AWS 2015';

/** The few writers of a small run end at very different times. */
function completionCap(clients: number): number {
  return clients <= 20 ? 0.1 : clients <= 50 ? 0.07 : 0.05;
}

export function jitterCases({ results }: BackoffJitter): ValidationCase[] {
  return results.map(({ clients, algorithm, ...known }) => ({
    name: `optimistic-writes/${clients}-writers-${algorithm}`,
    source: SOURCE,
    short: clients === 50,
    points: [
      {
        scenario: 'optimistic-writes',
        design: algorithm,
        set: {
          'world.traffic.writers.clients': clients,
          'world.traffic.writers.arrivals': { recorded: new Array<string>(clients).fill('0s') },
        },
      },
    ],
    figures: [
      {
        name: 'calls',
        gate: inside(known.mean_calls, 0.025, known.se_calls),
        values: ofOne(({ dispatches }) => dispatches),
      },
      {
        name: 'until the last is done',
        unit: 'ms',
        gate: inside(known.mean_completion_ms, completionCap(clients), known.se_completion),
        values: ofOne(({ figures }) => figures.latencyMs.max),
      },
    ],
  }));
}
