import type { Registry } from '../controllers/registry.ts';
import { countCells } from '../measure/flips.ts';
import { runOracle } from '../measure/references/run-oracle.ts';
import type { RequestLog } from '../measure/request-log.ts';
import type { RequestTrace } from '../measure/trace.ts';
import { bareDesign } from '../scenario/scenario.ts';
import type { DesignSpec, Scenario } from '../scenario/scenario.ts';
import { Simulation } from '../scenario/simulation.ts';
import { OUTCOME_NAMES } from '../world/outcome.ts';
import type { OutcomeName } from '../world/outcome.ts';
import { SCHEMA_VERSION, VERSION } from '../measure/version.ts';
import { simulateInSteps, takeAll } from './steps.ts';
import { WorstRequest } from './worst-request.ts';
import type { WorstKind } from './worst-request.ts';
import type { Steps } from './steps.ts';
import { isClosedLoop, replayOf } from './closed-loop.ts';
import type { WorldSpec } from '../world/spec.ts';
import type { EdgeEnds } from '../world/world.ts';

/** Which request's story is told: one by its number, the first of a kind, or the one that had most of something. */
export type Choice =
  { readonly request: number } | { readonly first: 'killed' | 'saved' | OutcomeName } | { readonly worst: WorstKind };

export const FIRST_KINDS: readonly ('killed' | 'saved' | OutcomeName)[] = ['killed', 'saved', ...OUTCOME_NAMES];

/** The story of one request in one design, and what became of it elsewhere. */
export interface Explanation {
  readonly schemaVersion: string;
  readonly version: string;
  readonly scenario: string;
  readonly design: string;
  readonly seed: string;
  /** The edge that the request came in by: its traffic, and the service that it calls. */
  readonly from: string;
  readonly to: string;
  /** All edges of the design, by index: an event says which one its call goes over. */
  readonly edges: readonly EdgeEnds[];
  readonly trace: RequestTrace;
  /** Names of the design's layers by index. */
  readonly layers: readonly string[];
  /** Whether it could have been served, and whether `bare` served it. */
  readonly servable: boolean;
  readonly servedByBare: boolean;
  /** How many requests were killed like it: directly, with as many conflicts or more. */
  readonly alike: number;
  readonly digest: string;
}

/** No request fits the choice. */
export class NothingToExplainError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'NothingToExplainError';
  }
}

/** Tells one request's story. Throws `NothingToExplainError`. */
export function explain(
  scenario: Scenario,
  design: DesignSpec,
  seed: string,
  choice: Choice,
  registry: Registry,
): Explanation {
  return takeAll(explainInSteps(scenario, design, seed, choice, registry));
}

/**
 * The same in steps, each the share that is behind it. Runs are deterministic, so the design is run once to find the
 * request and once more to record it, and nothing is kept that was not asked for.
 */
export function* explainInSteps(
  scenario: Scenario,
  design: DesignSpec,
  seed: string,
  choice: Choice,
  registry: Registry,
): Steps<number, Explanation> {
  const { world } = scenario;
  let runs = 0;
  const run = function* (
    one: DesignSpec,
    trace: readonly number[],
    { over = world, follower }: { readonly over?: WorldSpec; readonly follower?: WorstRequest | null } = {},
  ): Steps<number, Simulation> {
    const measure = { verdicts: true, log: true, timeline: 0, trace };
    const simulation = new Simulation({ world: over, design: one, seed, rekey: '', measure }, registry);
    follower?.watch(simulation);
    for (const share of simulateInSteps(simulation)) yield (runs + share) / RUNS;
    runs++;
    return simulation;
  };
  const worst = 'worst' in choice ? new WorstRequest(choice.worst) : null;
  const first = yield* run(design, [], { follower: worst });
  const log = first.log!;
  // The references of a closed loop see the requests that this design made come.
  const references = isClosedLoop(world) ? replayOf(first) : world;
  const bare = (yield* run(bareDesign(scenario), [], { over: references })).log!;
  const oracle = runOracle(references, scenario.designs[0].edges, seed, 'max').log;
  const { request, alike } = 'worst' in choice ? chooseWorst(worst!) : chooseRequest(choice, log, bare, oracle);
  const traced = yield* run(design, [request]);
  const [trace] = traced.tracer!.finished;
  if (trace === undefined) throw new NothingToExplainError(`request ${request} did not end within the run`);
  const { from, to } = design.edges[trace.edge];
  return {
    schemaVersion: SCHEMA_VERSION,
    version: VERSION,
    scenario: scenario.name,
    design: design.name,
    seed,
    from,
    to,
    edges: design.edges.map((edge) => ({ from: edge.from, to: edge.to })),
    trace,
    layers: traced.identities.map(({ name }) => name),
    servable: oracle.wasServed(request),
    servedByBare: bare.wasServed(request),
    alike,
    digest: traced.measurement.digest.toString(),
  };
}

/** Of `bare`, of the design, and of the design again. */
const RUNS = 3;

function chooseWorst({ request, kind }: WorstRequest): { request: number; alike: number } {
  if (request < 0) throw new NothingToExplainError(`no request has a ${kind} to speak of`);
  return { request, alike: 0 };
}

function chooseRequest(
  choice: Exclude<Choice, { worst: WorstKind }>,
  log: RequestLog,
  bare: RequestLog,
  oracle: RequestLog,
): { request: number; alike: number } {
  if ('request' in choice) {
    if (log.outcomeOf(choice.request) === undefined) {
      throw new NothingToExplainError(
        `there is no request ${choice.request}: they are numbered 0 to ${log.length - 1}`,
      );
    }
    return { request: choice.request, alike: 0 };
  }
  if (choice.first === 'killed') return firstKilled(log, bare, oracle);
  for (let i = 0; i < log.length; i++) {
    const outcome = log.outcomeOf(i);
    if (outcome === undefined) continue;
    const fits =
      choice.first === 'saved' ? log.wasServed(i) && !bare.wasServed(i) : OUTCOME_NAMES[outcome] === choice.first;
    if (fits) return { request: i, alike: 0 };
  }
  throw new NothingToExplainError(`no request was ${choice.first}`);
}

/**
 * The earliest direct kill among those with the longest chain of conflicts: the request that shows most of what the
 * layers do to each other. If no kill is direct, the earliest kill.
 */
function firstKilled(log: RequestLog, bare: RequestLog, oracle: RequestLog): { request: number; alike: number } {
  let best = -1;
  let most = -1;
  let alike = 0;
  let any = -1;
  for (let i = 0; i < log.length; i++) {
    if (log.outcomeOf(i) === undefined || log.wasServed(i) || !bare.wasServed(i)) continue;
    if (any < 0) any = i;
    if (!log.wasDirect(i) || !oracle.wasServed(i)) continue;
    const conflicts = log.conflictsOf(i);
    if (conflicts > most) {
      best = i;
      most = conflicts;
      alike = 1;
    } else if (conflicts === most) {
      alike++;
    }
  }
  if (best >= 0) return { request: best, alike };
  if (any >= 0) return { request: any, alike: countCells(oracle, bare, log).ssf };
  throw new NothingToExplainError('no request was killed: everything that `bare` served, this design served too');
}
