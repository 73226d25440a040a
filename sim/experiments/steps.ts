import type { Simulation } from '../scenario/simulation.ts';

/**
 * A long computation in steps: after each, its caller may report how far it is, let others have their turn, or leave it.
 * In how many steps it is done changes nothing of its result.
 */
export type Steps<Step, Result> = Generator<Step, Result, void>;

/** Takes all steps at once. */
export function takeAll<Result>(steps: Steps<unknown, Result>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** Takes steps until there are none left, or until `pause` says after one of them that it is enough (undefined). */
export async function takeWithPauses<Step, Result>(
  steps: Steps<Step, Result>,
  pause: (step: Step) => Promise<boolean>,
): Promise<Result | undefined> {
  for (;;) {
    const next = steps.next();
    if (next.done === true) return next.value;
    if (!(await pause(next.value))) return undefined;
  }
}

/** Short enough that a pause comes many times a second even where thousands of requests arrive in a simulated one. */
const SLICES = 1000;

/** Runs a simulation to its end; each step is the share of its arrivals that is behind it. */
export function* simulateInSteps(simulation: Simulation): Steps<number, void> {
  const { duration } = simulation.world.spec;
  for (let slice = 1; slice <= SLICES; slice++) {
    simulation.advance(Math.floor((duration * slice) / SLICES));
    yield slice / SLICES;
  }
  simulation.finish();
}
