import type { Property } from '../property.ts';
import { bounded, significant } from '../property.ts';
import type { SeedRun } from '../seed-run.ts';

export interface AmplificationLimit {
  /** Dispatches for each logical call. */
  readonly atMost: number;
  /** Of this service alone; of all together unless given. */
  readonly service?: string;
  readonly tolerance?: number;
}

/** Retries and hedges do not multiply the load without bound. */
export function amplification({ atMost, service, tolerance = 0.02 }: AmplificationLimit): Property {
  const of = service === undefined ? '' : ` of ${service}`;
  return bounded({
    name: service === undefined ? 'amplification' : `amplification-${service}`,
    about: `amplification${of} at most ${significant(atMost)} dispatches a call (tolerance ${significant(tolerance)})`,
    atMost,
    tolerance,
    of: (run) => run.figure(service === undefined ? 'amplification' : `services.${service}.amplification`),
    vacuous: (run) => (retriesOf(run) === 0 ? 'nothing was retried' : undefined),
  });
}

/** Retries and hedges of all layers. */
export function retriesOf(run: SeedRun): number {
  const layers = Object.values(run.figures.layers ?? {});
  return layers.reduce((sum, { retries }) => sum + retries, 0);
}
