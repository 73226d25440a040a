import { UnknownFigureError } from '../experiments/check.ts';
import { numberPaths, valueAt } from '../experiments/aggregate.ts';
import type { SeedResult } from '../experiments/seed-job.ts';
import { figuresOf } from '../measure/figures.ts';
import type { FidelityFigures, RunFigures } from '../measure/figures.ts';
import type { RequestLog } from '../measure/request-log.ts';
import type { TimelineData } from '../measure/timeline.ts';
import type { DesignSpec, Scenario } from '../scenario/scenario.ts';
import { NEVER } from '../kernel/time.ts';
import type { Occurrence } from '../world/faults/plan.ts';
import type { Laboratory, Needs, ObservedRun, ObserverFactory } from './laboratory.ts';
import type { Observer, StateChange } from './observer.ts';

/** When the world of a run was disturbed, nanoseconds. */
export interface Trigger {
  /** When the first fault began, and when the last one was over (began, if it stays). */
  readonly from: number;
  readonly until: number;
}

/** Figures that only references know. */
const REFERENCED: ReadonlySet<string> = new Set(['killed', 'saved', 'missed', 'beyond', 'churn', 'servable', 'cells']);
/** Figures that only verdicts know. */
const JUDGED = /^(layers\..*\.(wrong|beliefError|overReplicas|underReplicas)|conflicts)/;

/**
 * The run of a case over one seed. It is made when it is first looked at, and measured with what is looked at: counts are
 * cheap, a timeline and verdicts cost some, `kills` six runs.
 */
export class SeedRun {
  readonly seed: string;
  readonly scenario: Scenario;
  readonly design: DesignSpec;
  private readonly laboratory: Laboratory;
  private made: ObservedRun | null = null;
  private results = new Map<string, SeedResult>();
  private read: RunFigures | null = null;

  constructor(laboratory: Laboratory, scenario: Scenario, design: DesignSpec, seed: string) {
    this.laboratory = laboratory;
    this.scenario = scenario;
    this.design = design;
    this.seed = seed;
  }

  /** Whether it has been run. */
  get isMade(): boolean {
    return this.made !== null;
  }

  /** Everything that is counted. The wrong decisions of layers are only in `judged`. */
  get figures(): RunFigures {
    this.read ??= figuresOf(this.with(null).simulation);
    return this.read;
  }

  /** The figures with a verdict on every decision. */
  get judged(): RunFigures {
    this.with('verdicts');
    return this.figures;
  }

  /** Series over time. */
  get timeline(): TimelineData {
    return this.with('timeline').simulation.timeline!.toPlain();
  }

  /** Every change of a layer's state, in order. */
  get changes(): readonly StateChange[] {
    return this.with(null).states.changes;
  }

  /** How each request ended. */
  get log(): RequestLog {
    return this.with('log').simulation.log!;
  }

  /** Share of the servable requests that were served; null if none was servable. */
  get fidelity(): number | null {
    const { log: possible, servable } = this.laboratory.oracle(this.scenario, this.seed);
    const { log } = this;
    if (servable === 0) return null;
    let served = 0;
    for (let i = 0; i < log.length; i++) if (log.wasServed(i) && possible.wasServed(i)) served++;
    return served / servable;
  }

  /** What the design killed and saved, beside what mere chance does. Takes six runs. */
  get kills(): FidelityFigures {
    const { designs } = this.resultOf([this.design], true);
    return designs.find(({ name }) => name === this.design.name)!.fidelity!;
  }

  /** Everything that struck its world before arrivals ended, in order. */
  get faults(): readonly Occurrence[] {
    const { occurrences } = this.with(null).simulation.world.plan;
    return occurrences.filter(({ from }) => from < this.scenario.world.duration);
  }

  /** When its world was disturbed; null if it never was. */
  get trigger(): Trigger | null {
    const within = this.faults;
    if (within.length === 0) return null;
    const ends = within.map(({ from, until }) => (until === NEVER ? from : until));
    return { from: Math.min(...within.map(({ from }) => from)), until: Math.max(...ends) };
  }

  /** What an observer has seen of it. */
  observed(factory: ObserverFactory): Observer {
    const { observers } = this.with(null);
    const observer = observers.get(factory);
    if (observer === undefined) throw new Error('a property asks for an observer that it has not declared');
    return observer;
  }

  /** Several designs of this seed, with verdicts. */
  resultOf(designs: readonly DesignSpec[], references: boolean): SeedResult {
    const key = `${references} ${designs.map(({ name }) => name).join(' ')}`;
    let result = this.results.get(key);
    if (result === undefined) {
      result = this.laboratory.runSeed(this.scenario, designs, this.seed, references);
      this.results.set(key, result);
    }
    return result;
  }

  /**
   * A figure by its path in `run --json`, such as `latencyMs.p99`. Null where the run has none, as no fidelity where
   * nothing was servable. Throws `UnknownFigureError`.
   */
  figure(path: string): number | null {
    if (path === 'fidelity') return this.fidelity;
    const tree = this.treeWith(path);
    const value = valueAt(tree, path.split('.'));
    if (value === undefined || (typeof value === 'object' && value !== null)) {
      throw new UnknownFigureError(path, path, ['fidelity', ...REFERENCED, ...numberPaths(tree)]);
    }
    return typeof value === 'number' && value === value ? value : null;
  }

  private treeWith(path: string): object {
    if (REFERENCED.has(path.split('.')[0])) return this.kills;
    return JUDGED.test(path) ? this.judged : this.figures;
  }

  /** The run, measured with what is needed; made anew if it was made without. */
  private with(need: keyof Needs | null): ObservedRun {
    if (need !== null) this.laboratory.needs[need] = true;
    if (this.made === null || (need !== null && !this.made.needs[need])) {
      this.made = this.laboratory.run(this.scenario, this.design, this.seed);
      this.read = null;
    }
    return this.made;
  }
}
