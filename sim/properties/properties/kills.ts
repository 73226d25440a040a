import type { Property } from '../property.ts';
import { bounded, percent } from '../property.ts';

/** Control kills few requests beyond those that differ by mere chance. Takes six runs for each seed. */
export function killsBeyondChurn({ atMost, tolerance = 0.001 }: { atMost: number; tolerance?: number }): Property {
  return bounded({
    name: 'killsBeyondChurn',
    about: `kills beyond the churn floor at most ${percent(atMost)} of the offered (tolerance ${percent(tolerance)})`,
    atMost,
    tolerance,
    of: (run) => {
      const { killed, churn } = run.kills;
      return (killed.total - churn.killed) / run.figures.offered;
    },
    write: percent,
  });
}
