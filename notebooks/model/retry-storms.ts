import { closedForms, findDesign, LAYERED, reduceDesign } from '../../sim/index.ts';
import type { DesignSpec, Scenario, SeedTask } from '../../sim/index.ts';
import type { Haste, Lab } from '../lab/lab.ts';
import { asTheyCome } from '../lab/lab.ts';
import type { Settings } from './runs.ts';
import { read, REGISTRY } from './runs.ts';

/** Layers of retries around each other, run with scenarios/validation/retry-layers.yaml. */

const LAYERS_FILE = 'retry-layers.yaml';
const STORM_FILE = 'retry-storm.yaml';
/** The layers of the file, outermost first: a reader's are the innermost of them. */
const LAYERS = ['outermost', 'outer', 'middle', 'inner', 'innermost'];
/** The file's warm-up is longer than the chains of attempts of three layers. */
export const MOST_LAYERS = 3;
export const MOST_TRIES = 5;

export interface Stack {
  readonly layers: number;
  /** Attempts of each layer, the first included. */
  readonly tries: number;
  /** Share of the attempts that fail. */
  readonly failure: number;
  /** Retries for each call that a layer's budget allows; null without one. */
  readonly budget: number | null;
}

/** What retries do to the load of the backend, and to what comes through. */
export interface Load {
  /** Attempts for each call. */
  readonly attempts: number;
  readonly success: number;
}

/** What must come out without budgets: the geometric series, layer by layer. */
export function expectedLoad({ layers, tries, failure }: Stack): Load {
  return closedForms.layeredRetries(layers, tries - 1, failure);
}

/** Most attempts for each call that budgets let through: each layer adds its share to what the layer above sends. */
export function mostWithBudgets({ layers, tries, budget }: Stack): number {
  return Math.pow(Math.min(tries, 1 + (budget ?? Infinity)), layers);
}

/** Calls of one run: as many as are done soon. */
const MOST_ATTEMPTS = 200_000;
const FEWEST_CALLS = 2000;
const MOST_CALLS = 10_000;

/** The scenario of a stack, and the design in it. */
export function stackOf(
  text: string,
  { layers, tries, failure, budget }: Stack,
): { readonly scenario: Scenario; readonly design: DesignSpec } {
  const expected = expectedLoad({ layers, tries, failure, budget: null }).attempts;
  const calls = Math.max(FEWEST_CALLS, Math.min(MOST_CALLS, Math.floor(MOST_ATTEMPTS / expected)));
  const settings: Settings = {
    // After a second of warming up, a thousand calls a second.
    duration: `${1000 + calls}ms`,
    // Even arrivals: nothing but the failures is left to chance.
    'world.traffic.users.arrivals': { deterministic: '1000/s' },
    'world.services.backend.errorRate': failure,
    ...Object.fromEntries(LAYERS.map((name) => [`${name}.tries`, tries])),
    ...(budget === null ? {} : Object.fromEntries(LAYERS.map((name) => [`${name}.budget`, budgetOf(budget)]))),
  };
  const scenario = read(text, LAYERS_FILE, settings);
  const whole = findDesign(scenario, LAYERED)!;
  const without = LAYERS.slice(0, LAYERS.length - layers);
  return { scenario, design: without.length === 0 ? whole : reduceDesign(whole, { without }, REGISTRY) };
}

function budgetOf(ratio: number): Settings {
  return { policy: 'ratio', ratio, minimum: '0/s' };
}

/** Runs a stack. */
export async function measureLoad(lab: Lab, text: string, stack: Stack, haste?: Haste): Promise<Load> {
  const { scenario, design } = stackOf(text, stack);
  const { figures } = await lab.do('task', taskOf(scenario, design), haste);
  return { attempts: figures!.amplification, success: figures!.success };
}

function taskOf({ world, seed, plugins }: Scenario, design: DesignSpec): SeedTask {
  return {
    id: design.name,
    kind: 'design',
    world,
    seed,
    plugins,
    design,
    rekey: '',
    verdicts: false,
    log: false,
  };
}

/** A load measured at one share of failures. */
export interface LoadPoint extends Load {
  readonly failure: number;
  readonly hasBudget: boolean;
}

const FAILURES = [0.1, 0.3, 0.5, 0.7, 0.9, 1];

/** A stack at several shares of failures, with its budget and without. */
export async function* measureLoads(
  lab: Lab,
  text: string,
  stack: Stack & { readonly budget: number },
  haste?: Haste,
): AsyncGenerator<LoadPoint[], void, void> {
  const runs = [null, stack.budget].flatMap((budget) =>
    FAILURES.map(async (failure) => ({
      ...(await measureLoad(lab, text, { ...stack, failure, budget }, haste)),
      failure,
      hasBudget: budget !== null,
    })),
  );
  const points: LoadPoint[] = [];
  for await (const point of asTheyCome(runs)) {
    points.push(point);
    yield points.toSorted((a, b) => a.failure - b.failure);
  }
}

/** What must come out over all shares of failures, for a line. */
export function expectedCurve(stack: Omit<Stack, 'failure' | 'budget'>): { failure: number; attempts: number }[] {
  return Array.from({ length: 101 }, (_, i) => {
    const failure = i / 100;
    return { failure, attempts: expectedLoad({ ...stack, failure, budget: null }).attempts };
  });
}

/** One design of the shipped storm. */
export interface StormOutcome {
  readonly name: string;
  readonly success: number;
  /** Attempts at the ledger for each request. */
  readonly ledgerLoad: number;
  /** Share of the ledger's work that nobody waited for any more. */
  readonly wasted: number;
}

/** Runs the shipped storm, one seed, and hands over the designs that are there after each run. */
export async function* runStorm(lab: Lab, text: string, haste?: Haste): AsyncGenerator<StormOutcome[], void, void> {
  const scenario = read(text, STORM_FILE);
  const runs = scenario.designs.map(async (design, place) => {
    const { figures } = await lab.do('task', taskOf(scenario, design), haste);
    const { dispatches, wastedWork } = figures!.services['ledger'];
    const { success, offered } = figures!;
    return { place, name: design.name, success, ledgerLoad: dispatches / offered, wasted: wastedWork };
  });
  const outcomes: (StormOutcome & { readonly place: number })[] = [];
  for await (const outcome of asTheyCome(runs)) {
    outcomes.push(outcome);
    yield outcomes.toSorted((a, b) => a.place - b.place);
  }
}
