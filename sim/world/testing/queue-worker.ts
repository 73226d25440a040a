import { figuresOf } from '../../measure/figures.ts';
import type { RunFigures } from '../../measure/figures.ts';
import { finished, scenarioOf } from '../../testing/simulate.ts';
import type { WrittenScenario } from '../../testing/simulate.ts';

/** One replication that a worker thread runs. */
export interface QueueTask {
  readonly scenario: WrittenScenario;
  readonly seed: string;
}

/** Its figures, and the share of requests that waited. */
export interface Replication {
  readonly figures: RunFigures;
  readonly waited: number;
}

export default function work({ scenario, seed }: QueueTask): Replication {
  const simulation = finished(scenarioOf(scenario), { seed });
  const { wait } = simulation.measurement;
  return { figures: figuresOf(simulation), waited: 1 - wait.zeros / wait.count };
}
