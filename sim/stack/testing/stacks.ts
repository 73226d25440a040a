import { Registry } from '../../controllers/registry.ts';
import { ScenarioError } from '../../scenario/scenario-error.ts';
import type { Simulation } from '../../scenario/simulation.ts';
import { scenarioOf, simulationOf } from '../../testing/simulate.ts';
import { Watch } from '../../testing/watch.ts';
import type { Call } from '../../world/call.ts';
import type { Outcome } from '../../world/outcome.ts';
import { OUTCOME_NAMES } from '../../world/outcome.ts';
import { CAUSE_NAMES, causeOf, hide, isWrong, KIND_NAMES, kindOf, originOf } from '../../world/result.ts';
import type { Result } from '../../world/result.ts';
import { figuresOf } from '../../measure/figures.ts';
import { extension, Probe } from './probe.ts';

/** A layer as a scenario writes it, without a name. */
export type WrittenLayer = Readonly<Record<string, unknown>>;

/** A way in which what is inside a stack ends. */
export interface Ending {
  readonly name: string;
  readonly service?: Readonly<Record<string, unknown>>;
  readonly traffic?: Readonly<Record<string, unknown>>;
  readonly faults?: readonly Readonly<Record<string, unknown>>[];
  readonly cap?: number;
  /** More of the world: zones, a network; more services, and the stacks on the edges that these make. */
  readonly world?: Readonly<Record<string, unknown>>;
  readonly services?: Readonly<Record<string, unknown>>;
  readonly autoscalers?: readonly Readonly<Record<string, unknown>>[];
  readonly edges?: readonly Readonly<Record<string, unknown>>[];
  /** The caller is another service, which waits so long for an answer; the clients call that. */
  readonly callerWaits?: string;
  /** Layers that bring it about from inside, and from outside. */
  readonly inner?: readonly WrittenLayer[];
  readonly outer?: readonly WrittenLayer[];
  /** Whether the probe directly inside the stack has met it. */
  shows(probe: Probe, run: StackRun): boolean;
}

const REGISTRY_WITH_PROBES = new Registry([extension]);

const SERVICE = {
  instances: { initial: 3, max: 4 },
  concurrency: 2,
  queue: { limit: 4 },
  serviceTime: { exponential: '5ms' },
};
const TRAFFIC = { arrivals: { poisson: '300/s' }, clients: 5, deadline: '100ms' };

/** One run of a stack around an ending, with probes around every layer, and all that it broke. */
export interface StackRun {
  readonly simulation: Simulation;
  /** Outermost first. */
  readonly probes: readonly Probe[];
  /** The probe directly inside the stack. */
  readonly inside: Probe;
  /** Dispatches that were dropped in silence. */
  readonly silences: number;
  readonly problems: string[];
}

/** The scenario reader's complaint about a stack; undefined where it accepts it. */
export function refusalOf(stack: readonly WrittenLayer[], ending: Ending): string | undefined {
  try {
    scenarioOf(written(stack, ending, []), REGISTRY_WITH_PROBES);
    return undefined;
  } catch (error) {
    if (error instanceof ScenarioError) return error.problems[0].message;
    throw error;
  }
}

function written(
  stack: readonly WrittenLayer[],
  ending: Ending,
  propagate: readonly boolean[],
): Record<string, unknown> {
  const { inner = [], outer = [] } = ending;
  const layers: WrittenLayer[] = [];
  [...outer, ...stack, ...inner].forEach((layer, i) => {
    layers.push({ name: `probe${i}`, kind: 'probe', propagateCause: true });
    const place = i - outer.length;
    const name = place < 0 ? `outer${i}` : place < stack.length ? `layer${place}` : `inner${place - stack.length}`;
    layers.push({ name, propagateCause: propagate[place] ?? true, ...layer });
  });
  layers.push({ name: 'probeInnermost', kind: 'probe', propagateCause: true });
  const { callerWaits } = ending;
  const isNested = callerWaits !== undefined;
  return {
    duration: '300ms',
    world: {
      ...ending.world,
      services: {
        shop: { ...SERVICE, ...ending.service },
        ...ending.services,
        ...(isNested ? { front: frontThatWaits(callerWaits) } : {}),
      },
      traffic: [{ name: 'shoppers', to: isNested ? 'front' : 'shop', ...TRAFFIC, ...ending.traffic }],
      faults: ending.faults ?? [],
      cap: ending.cap ?? 1000,
    },
    edges: [{ from: isNested ? 'front' : 'shoppers', to: 'shop', layers }, ...(ending.edges ?? [])],
    autoscalers: ending.autoscalers ?? [],
  };
}

/** A service that is never short of slots, and calls the one behind the stack. */
function frontThatWaits(timeout: string): object {
  return { instances: 2, concurrency: 1000, serviceTime: '0ms', calls: [{ call: 'shop', timeout }] };
}

/** Runs a stack around an ending to its end and beyond, and checks everything that holds whatever the stack. */
export function runStack(
  stack: readonly WrittenLayer[],
  ending: Ending,
  propagate: readonly boolean[],
  verdicts = true,
): StackRun {
  const scenario = scenarioOf(written(stack, ending, propagate), REGISTRY_WITH_PROBES);
  const simulation = simulationOf(scenario, { registry: REGISTRY_WITH_PROBES, measure: { verdicts } });
  const watch = new Watch(simulation);
  const [edge] = simulation.edges;
  const probes = edge.layers.filter((layer): layer is Probe => layer instanceof Probe);
  probes.forEach((probe, i) => {
    probe.outer = probes[i - 1] ?? null;
    probe.guarded = i + 1 < probes.length ? edge.layers[2 * i + 1] : null;
  });
  const clients = new ClientSide(simulation, ending.callerWaits === undefined ? probes : []);
  simulation.finish();
  const problems = [...clients.problems, ...checkFigures(simulation)];
  problems.push(...watch.leftovers(), ...watch.broken);
  if (watch.begun !== watch.ended) problems.push(`${watch.begun} passages begun, ${watch.ended} ended`);
  for (const probe of probes) {
    problems.push(...probe.broken);
    const { attempts, results, abandonments } = probe;
    if (attempts !== results + abandonments) {
      problems.push(`${probe.identity.name}: ${attempts} attempts, ${results} results, ${abandonments} abandonments`);
    }
  }
  const innermost = probes[probes.length - 1];
  const [service] = simulation.world.services;
  const unrouted = innermost.count('refused', 'noInstance');
  if (innermost.attempts !== service.dispatches + unrouted) {
    problems.push(`${innermost.attempts} attempts left the stack, ${service.dispatches} were dispatched`);
  }
  const inside = probes[(ending.outer?.length ?? 0) + stack.length];
  return { simulation, probes, inside, silences: clients.silences, problems };
}

/** Follows every request at the client's end. */
class ClientSide {
  readonly problems: string[] = [];
  silences = 0;
  private readonly endings = new Set<number>();
  private readonly probes: readonly Probe[];
  private readonly simulation: Simulation;

  constructor(simulation: Simulation, probes: readonly Probe[]) {
    this.simulation = simulation;
    this.probes = probes;
    simulation.measurement.follower = this;
  }

  arrived(): void {
    // The measurement counts them.
  }

  ended(call: Call, outcome: Outcome, result: Result): void {
    const { request } = call;
    const [outermost] = this.probes;
    const innermost = this.probes.at(-1);
    if (this.endings.has(request)) this.problem(`request ${request} ends twice`);
    this.endings.add(request);
    this.silences += call.dropped;
    const name = OUTCOME_NAMES[outcome];
    const expected = expectedOutcome(call, result, this.simulation.now);
    if (name !== expected) this.problem(`request ${request} is ${name}, by its result ${expected}`);
    // What another service makes of an answer is not what ascends through the stack.
    if (innermost === undefined) return;
    if (name === 'served' && !innermost.succeeded.has(request) && CAUSE_NAMES[causeOf(result)] !== 'staleAnswer') {
      this.problem(`request ${request} is served, though no instance answered it well`);
    }
    if (CAUSE_NAMES[causeOf(result)] === 'hangUp') return;
    const ascended = outermost.lastByRequest.get(request);
    if (ascended === undefined || hide(ascended) !== hide(result)) {
      this.problem(`request ${request} ends with a result that has not ascended`);
    }
  }

  private problem(what: string): void {
    if (this.problems.length < 5) this.problems.push(what);
  }
}

/** What a request's result makes of it, in words of its own: the measurement's code is not asked. */
function expectedOutcome(call: Call, result: Result, now: number): string {
  const cause = CAUSE_NAMES[causeOf(result)];
  if (cause === 'hangUp') return call.dispatches > 0 && call.dropped === call.dispatches ? 'dropped' : 'timedOut';
  switch (KIND_NAMES[kindOf(result)]) {
    case 'ok':
      if (now > call.deadlineAt) return 'late';
      return isWrong(result) ? 'wrong' : 'served';
    case 'error':
      return 'failed';
    case 'refused':
    case 'limited':
      return originOf(result) >= 0 && cause !== 'noInstance' ? 'rejected' : 'failed';
    case 'timedOut':
    case 'cancelled':
      return 'timedOut';
  }
}

/** The figures' own sums. */
function checkFigures(simulation: Simulation): string[] {
  const { offered, outcomes, rejectedBy, layers } = figuresOf(simulation);
  const { arrivals } = simulation.world;
  const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((a, b) => a + b, 0);
  const problems: string[] = [];
  if (offered !== arrivals) problems.push(`${offered} offered, ${arrivals} arrived`);
  if (sum(outcomes) !== offered) problems.push(`${sum(outcomes)} outcomes of ${offered} offered`);
  if (sum(rejectedBy) !== outcomes.rejected) {
    problems.push(`rejectedBy sums to ${sum(rejectedBy)}, ${outcomes.rejected} are rejected`);
  }
  if (outcomes.unfinished !== 0) problems.push(`${outcomes.unfinished} unfinished`);
  for (const [name, { intended }] of Object.entries(layers ?? {})) {
    if (intended !== null && !(intended >= 0 && intended <= 1))
      problems.push(`${name} reached ${intended} of its choices`);
  }
  return problems;
}
