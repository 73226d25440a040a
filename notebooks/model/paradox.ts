import { ablate, LAYERED, layerNames, reduceDesign } from '../../sim/index.ts';
import type { Ablation, DesignSpec, Scenario } from '../../sim/index.ts';
import type { Haste, Lab } from '../lab/lab.ts';
import { asTheyCome, runnerOf } from '../lab/lab.ts';
import type { DesignOutcome, Settings } from './runs.ts';
import { read, REGISTRY } from './runs.ts';

/** The story as it ships, up to when its fault has been forgotten; one seed. */
const SHORT: Settings = { duration: '115s', replications: 1 };
const FILE = 'load-balancer-chaos.yaml';

/** What a reader can change. */
export interface Bench {
  readonly layers: readonly string[];
  /** Seconds by which the picture of the balancer, and of the breaker, is late. */
  readonly balancerLag: number;
  readonly breakerLag: number;
  readonly propagateCause: boolean;
}

export function readStory(text: string, set: Settings = {}): Scenario {
  return read(text, FILE, { ...SHORT, ...set });
}

/** The layers of the story, outermost first. */
export function layersOf(story: Scenario): string[] {
  return layerNames(story.designs[0]);
}

/** The bench as the story ships. */
export function shippedBench(story: Scenario): Bench {
  const [{ layers }] = story.designs[0].edges;
  const lagOf = (name: string): number => layers.find((layer) => layer.name === name)!.metrics.lag / 1e9;
  return {
    layers: layersOf(story),
    balancerLag: lagOf('balancer'),
    breakerLag: lagOf('breaker'),
    propagateCause: layers.some((layer) => layer.propagateCause),
  };
}

/** The story with the reader's layers, lags and cause propagation. The design is called `yours`. */
export function benchDesign(text: string, bench: Bench): DesignSpec {
  const story = readStory(text, {
    'balancer.metrics.lag': `${bench.balancerLag}s`,
    'breaker.metrics.lag': `${bench.breakerLag}s`,
    'breaker.propagateCause': bench.propagateCause,
  });
  const [design] = story.designs;
  const without = layerNames(design).filter((name) => !bench.layers.includes(name));
  const reduced = without.length === 0 ? design : reduceDesign(design, { without }, REGISTRY);
  return { ...reduced, name: 'yours' };
}

/** All sixteen subsets of the layers over the same requests, and what the kills need. */
export async function ablateStory(lab: Lab, story: Scenario, haste?: Haste): Promise<Ablation> {
  return ablate(story, REGISTRY, runnerOf(lab, haste));
}

/** The share served when both pictures are so late, with the limiter told who refused or not. */
export interface LagPoint {
  readonly lag: number;
  readonly propagateCause: boolean;
  readonly success: number;
}

export const LAGS = [0, 0.5, 1, 2, 4, 8];

/** Runs the whole stack at every lag, and hands over the points that are there after each run. */
export async function* lagCurve(lab: Lab, text: string, haste?: Haste): AsyncGenerator<LagPoint[], void, void> {
  const settings = [false, true].flatMap((propagateCause) => LAGS.map((lag) => ({ lag, propagateCause })));
  const runs = settings.map(async ({ lag, propagateCause }) => {
    const story = readStory(text, {
      'balancer.metrics.lag': `${lag}s`,
      'breaker.metrics.lag': `${lag}s`,
      'breaker.propagateCause': propagateCause,
    });
    const { world, seed, plugins, designs } = story;
    const task = { id: LAYERED, kind: 'design', world, seed, plugins, design: designs[0], rekey: '' } as const;
    const { figures } = await lab.do('task', { ...task, verdicts: false, log: false }, haste);
    return { lag, propagateCause, success: figures!.success };
  });
  const points: LagPoint[] = [];
  for await (const point of asTheyCome(runs)) {
    points.push(point);
    yield points.toSorted((a, b) => a.lag - b.lag);
  }
}

/** What a design did, in a sentence that holds for whatever was chosen. */
export function verdictOn({ killed, saved, churn, servable, fidelity }: DesignOutcome, bare: DesignOutcome): string {
  if (killed === 0 && saved === 0) return 'This is bare itself: nothing is changed, so nothing is killed or saved.';
  const points = 100 * (fidelity - bare.fidelity);
  const difference = `${Math.abs(points).toFixed(2)} points`;
  if (killed > saved) {
    return `Worse than no layer at all, by ${difference} of the ${servable.toLocaleString('en-US')} requests that could have been served.`;
  }
  if (killed > churn.killed) return `Better than bare by ${difference}, though it kills more than chance would.`;
  return `Better than bare by ${difference}, and it kills no more than mere chance does (${churn.killed.toLocaleString('en-US')}).`;
}

/** What the text says of the world. */
export interface StoryWorld {
  readonly length: number;
  readonly instances: number;
  /** Requests a second. */
  readonly rate: number;
  readonly factor: number;
  readonly fault: { readonly from: number; readonly until: number; readonly what: string };
}

export function worldOf({ world }: Scenario): StoryWorld {
  const [{ timing, act }] = world.faults;
  const [{ arrivals }] = world.traffic;
  if (timing.kind !== 'once' || act.kind !== 'slow' || arrivals.kind !== 'poisson') throw new Error('another story');
  const [from, until] = [timing.at / 1e9, (timing.at + timing.length) / 1e9];
  return {
    length: world.duration / 1e9,
    instances: world.services[0].instances.initial,
    rate: arrivals.rate,
    factor: act.factor,
    fault: { from, until, what: 'one instance is slow' },
  };
}

/** A stack of some of the layers. */
export interface Stack {
  readonly layers: readonly string[];
  readonly fidelity: number;
}

/** All stacks, best first. */
export function rankedStacks({ surfaces }: Ablation): Stack[] {
  return surfaces
    .map(({ layers, figures }) => ({ layers, fidelity: figures.fidelity!.mean }))
    .toSorted((a, b) => b.fidelity - a.fidelity);
}

/** The two layers that most kills need both of. */
export function worstPair({ blame }: Ablation): { readonly layers: readonly string[]; readonly share: number } {
  const [{ layers, share }] = blame!.needBoth;
  return { layers, share: share.mean };
}

interface Range {
  readonly least: number;
  readonly most: number;
}

/** The least and the most that is served at any lag, with the cause hidden and told. */
export function lagRanges(points: readonly LagPoint[]): { readonly hidden: Range; readonly told: Range } {
  const rangeOf = (isTold: boolean): Range => {
    const shares = points.filter(({ propagateCause }) => propagateCause === isTold).map(({ success }) => success);
    return { least: Math.min(...shares), most: Math.max(...shares) };
  };
  return { hidden: rangeOf(false), told: rangeOf(true) };
}
