import { Registry } from '../controllers/registry.ts';
import { readScenario } from '../scenario/read-scenario.ts';
import type { MeasureSpec } from '../scenario/run-spec.ts';
import { COUNTS_ONLY } from '../scenario/run-spec.ts';
import type { DesignSpec, Scenario } from '../scenario/scenario.ts';
import { Simulation } from '../scenario/simulation.ts';

/** The controllers that ship. */
export const REGISTRY = new Registry();

/** A scenario, written as it would be in a file. */
export type WrittenScenario = Readonly<Record<string, unknown>>;

/** Reads a scenario through the public door: as the text of a file. */
export function scenarioOf(written: WrittenScenario, registry = REGISTRY): Scenario {
  return readScenario(JSON.stringify({ name: 'test', ...written }), 'test.json', { registry });
}

/** What is asked of one run; the rest is as a plain run has it. */
export interface RunChoice {
  readonly seed?: string;
  readonly rekey?: string;
  readonly design?: DesignSpec;
  readonly measure?: Partial<MeasureSpec>;
  readonly registry?: Registry;
}

/** A simulation of a scenario's first design, not yet begun. */
export function simulationOf(scenario: Scenario, choice: RunChoice = {}): Simulation {
  const { design = scenario.designs[0], measure = {}, registry = REGISTRY, rekey = '', seed = '1' } = choice;
  return new Simulation(
    { world: scenario.world, design, seed, rekey, measure: { ...COUNTS_ONLY, ...measure } },
    registry,
  );
}

/** The same, run to its end. */
export function finished(scenario: Scenario, choice: RunChoice = {}): Simulation {
  const simulation = simulationOf(scenario, choice);
  simulation.finish();
  return simulation;
}

/** The hash of every request's outcome and time. */
export function digestOf(scenario: Scenario, choice: RunChoice = {}): string {
  return finished(scenario, choice).measurement.digest.toString();
}
