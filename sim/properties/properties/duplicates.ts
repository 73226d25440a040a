import type { Property } from '../property.ts';
import { bounded, percent } from '../property.ts';
import { retriesOf } from './amplification.ts';

/** Few effects that must happen once are carried out twice. */
export function duplicates({ atMost, tolerance = 0 }: { atMost: number; tolerance?: number }): Property {
  return bounded({
    name: 'duplicates',
    about: `duplicated effects at most ${percent(atMost)} of the offered (tolerance ${percent(tolerance)})`,
    atMost,
    tolerance,
    of: (run) => run.figures.duplicates / run.figures.offered,
    vacuous: (run) => {
      if (!run.scenario.world.services.some(({ effect }) => effect === 'once')) return 'no service has `effect: once`';
      return retriesOf(run) === 0 ? 'nothing was retried' : undefined;
    },
    write: percent,
  });
}
