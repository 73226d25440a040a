import { estimate, findDesign, LAYERED, seedsOf } from '../../sim/index.ts';
import type { DesignSpec, Estimate, PublishedResults, Scenario } from '../../sim/index.ts';
import type { Haste, Lab } from '../lab/lab.ts';
import { asTheyCome } from '../lab/lab.ts';
import type { QueueLengths } from '../lab/orders.ts';
import type { Settings } from './runs.ts';
import { read } from './runs.ts';

/**
 * Balancers on late information: ten servers, times in units of one service. All shapes are read from, and all runs made
 * with, scenarios/validation/stale-balancing.yaml.
 */

type StaleResults = PublishedResults['stale-lb'];

/** How a balancer chooses: at random, the shortest queue of all, or of so many samples; `L` adds its own picks. */
export const POLICIES = ['jsq', 'd3', 'd2', 'jsqL', 'random'] as const;
export type Policy = (typeof POLICIES)[number];

export const POLICY_NAMES: Readonly<Record<Policy, string>> = {
  jsq: 'shortest queue of all',
  d3: 'shorter of three',
  d2: 'shorter of two',
  jsqL: 'shortest, counting own picks',
  random: 'random',
};

/** All servers report together every so often, or each look is at the truth so long ago. */
export type Update = 'periodic' | 'delay';

/** What is looked at: a load, and how information grows old. */
export interface View {
  readonly load: number;
  readonly update: Update;
}

const SERVERS = 10;
const FILE = 'stale-balancing.yaml';
/** Mean service of the scenario. */
export const SERVICE_MS = 100;

/** A mean response, in services, at an age of the information, in services. */
export interface CurvePoint {
  readonly policy: Policy;
  readonly age: number;
  readonly response: number;
}

/** A point that was run here, with the 95 % interval over its seeds. */
export interface MeasuredPoint extends CurvePoint {
  readonly low: number;
  readonly high: number;
}

/** The reference values of a view, by policy and age. */
export function publishedCurves({ table, long_T }: StaleResults, { load, update }: View): CurvePoint[] {
  return [...table, ...long_T]
    .filter((row) => row.n === SERVERS && row.lam === load && [update, 'fresh'].includes(row.update))
    .flatMap(({ policy, T, W }) => (isPolicy(policy) ? [{ policy, age: T, response: W }] : []))
    .toSorted((a, b) => a.age - b.age);
}

function isPolicy(name: string): name is Policy {
  return (POLICIES as readonly string[]).includes(name);
}

/** The age from which on a policy is worse than random, as published. */
export function publishedCrossover({ crossovers }: StaleResults, policy: Policy, { load, update }: View): number {
  const row = crossovers.values.find(
    (one) => one.n === SERVERS && one.lam === load && one.update === update && one.policy === policy,
  );
  return row === undefined ? NaN : row.T_cross;
}

/** The mean response of a server that gets its share at random: M/M/1, in services. */
export function randomResponse(load: number): number {
  return 1 / (1 - load);
}

/** Long enough for the queue of one server to forget how it began, in services: five relaxation times. */
function memoryOf(load: number): number {
  const slack = 1 - Math.sqrt(load);
  return 5 / (slack * slack);
}

export interface Run {
  readonly policy: Policy;
  readonly age: number;
  readonly view: View;
  /** Arrivals that count, and seeds. */
  readonly requests: number;
  readonly replications: number;
}

/** The scenario of a run, and the design in it. */
export function scenarioOf(text: string, run: Run): { readonly scenario: Scenario; readonly design: DesignSpec } {
  const { policy, age, view, requests, replications } = run;
  const perSecond = (SERVERS * view.load * 1000) / SERVICE_MS;
  const warmup = (Math.max(memoryOf(view.load), 5 * age) * SERVICE_MS) / 1000;
  const settings: Settings = {
    'world.traffic.clients.arrivals': { poisson: `${perSecond}/s` },
    warmup: `${warmup.toFixed(3)}s`,
    duration: `${(warmup + requests / perSecond).toFixed(3)}s`,
    replications,
    ...(policy === 'random' ? {} : balancerOf(policy, age, view.update)),
  };
  const scenario = read(text, FILE, settings);
  return { scenario, design: findDesign(scenario, policy === 'random' ? 'random' : LAYERED)! };
}

function balancerOf(policy: Exclude<Policy, 'random'>, age: number, update: Update): Settings {
  const length = `${(age * SERVICE_MS).toFixed(3)}ms`;
  const aged = update === 'delay' ? { lag: length } : { interval: length, phase: 'together' };
  return {
    'balancer.choices': policy.startsWith('jsq') ? 'all' : Number(policy.slice(1)),
    'balancer.countOwnSince': policy.endsWith('L'),
    'balancer.metrics': age === 0 ? {} : aged,
  };
}

/** Runs one point over its seeds. */
export async function measure(lab: Lab, text: string, run: Run, haste?: Haste): Promise<MeasuredPoint> {
  const { scenario, design } = scenarioOf(text, run);
  const { world, plugins } = scenario;
  const seeds = seedsOf(scenario.seed, scenario.replications);
  const runs = seeds.map((seed) =>
    lab.do('observe', { world, design, seeds: [seed], plugins, timeline: 0, looks: 0 }, haste),
  );
  const responses = (await Promise.all(runs)).flat().map(({ figures }) => figures.latencyMs.mean / SERVICE_MS);
  const { mean, low, high }: Estimate = estimate(responses);
  return { policy: run.policy, age: run.age, response: mean, low, high };
}

/** What the page runs for each published point: enough to see the curve, not to judge it. */
export const SIZE = { requests: 20_000, replications: 4 } as const;

/** Runs every published point of a view that is not too old to be quick, and hands over what is there. */
export async function* measureCurves(
  lab: Lab,
  text: string,
  results: StaleResults,
  view: View,
  haste?: Haste,
): AsyncGenerator<MeasuredPoint[], void, void> {
  const points = publishedCurves(results, view).filter(({ age, policy }) => age <= OLDEST && policy !== 'random');
  const runs = points.map(({ policy, age }) => measure(lab, text, { policy, age, view, ...SIZE }, haste));
  const measured: MeasuredPoint[] = [];
  for await (const point of asTheyCome(runs)) {
    measured.push(point);
    yield measured.toSorted((a, b) => a.age - b.age);
  }
}

/** Beyond it a run must be very long to say anything. */
export const OLDEST = 20;

/**
 * Where a policy becomes worse than random, by straight lines between its measured points; NaN where it never does within
 * them.
 */
export function crossoverOf(points: readonly CurvePoint[], policy: Policy, load: number): number {
  const random = randomResponse(load);
  const curve = points.filter((point) => point.policy === policy).toSorted((a, b) => a.age - b.age);
  for (let i = 1; i < curve.length; i++) {
    const [before, after] = [curve[i - 1], curve[i]];
    if (before.response > random || after.response <= random) continue;
    const share = (random - before.response) / (after.response - before.response);
    return before.age + share * (after.age - before.age);
  }
  return NaN;
}

/** What a reader's age does to each policy: one short run of each. */
export async function compareAt(
  lab: Lab,
  text: string,
  age: number,
  view: View,
  haste?: Haste,
): Promise<MeasuredPoint[]> {
  return Promise.all(POLICIES.map((policy) => measure(lab, text, { policy, age, view, ...SIZE }, haste)));
}

/** How a reader's age compares, in a sentence. */
export function sentenceAt(points: readonly MeasuredPoint[], load: number): string {
  const of = (policy: Policy): number => points.find((point) => point.policy === policy)!.response;
  const random = randomResponse(load);
  const worse = POLICIES.filter((policy) => policy !== 'random' && of(policy) > random);
  const factor = of('jsq') / random;
  const smart =
    factor > 1
      ? `The shortest queue of all answers ${factor.toFixed(1)} times as late as random.`
      : `The shortest queue of all answers ${(1 / factor).toFixed(1)} times as fast as random.`;
  if (worse.length === 0) return `${smart} Nothing is worse than random at this age.`;
  return `${smart} Worse than random: ${worse.map((policy) => POLICY_NAMES[policy]).join(', ')}.`;
}

/** The queue of each server over half a minute of one run: what herding looks like. */
export async function watchQueues(
  lab: Lab,
  text: string,
  run: Pick<Run, 'policy' | 'age' | 'view'>,
  haste?: Haste,
): Promise<QueueLengths> {
  const { scenario, design } = scenarioOf(text, { ...run, requests: 3000, replications: 1 });
  const from = scenario.world.warmup;
  const until = from + 30e9;
  const order = { world: scenario.world, design, seed: scenario.seed, service: 'pool', from, until, every: 0.1e9 };
  return lab.do('queues', order, haste);
}

/** The longest of the queues, at their mean over all looks, and the mean of all. */
export function spreadOf({ instances }: QueueLengths): { readonly longest: number; readonly mean: number } {
  const looks = instances[0].length;
  let longest = 0;
  let sum = 0;
  for (let look = 0; look < looks; look++) {
    const lengths = instances.map((queue) => queue[look]);
    longest += Math.max(...lengths);
    sum += lengths.reduce((total, length) => total + length, 0) / lengths.length;
  }
  return { longest: longest / looks, mean: sum / looks };
}

/** Where the shortest queue of all crosses random, published and measured, in a sentence. */
export function crossoverSentence(results: StaleResults, measured: readonly MeasuredPoint[], view: View): string {
  const reference = publishedCrossover(results, 'jsq', view);
  const here = crossoverOf(measured, 'jsq', view.load);
  const told = Number.isNaN(here)
    ? 'the dots do not cross it yet'
    : `straight lines between the dots cross it at ${here.toFixed(1)}`;
  return Number.isNaN(reference)
    ? `For the shortest queue of all ${told}.`
    : `The shortest queue of all is worse than that from an age of ${reference.toFixed(1)} on; ${told}.`;
}

/** How many times as late as random the balancers are with a report every five seconds, as published. */
export function headlineOf({ headline }: StaleResults): { readonly factor: number; readonly ofTwo: number } {
  const of = (policy: string): number => headline.check.find((row) => row.policy === policy)!.W_ms;
  return { factor: of('jsq') / of('random'), ofTwo: of('d2') / of('random') };
}
