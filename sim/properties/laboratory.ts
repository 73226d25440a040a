import { runSeed } from '../experiments/seed-job.ts';
import type { SeedResult } from '../experiments/seed-job.ts';
import { seedJob } from '../experiments/run.ts';
import { runOracle } from '../measure/references/run-oracle.ts';
import type { OracleRun } from '../measure/references/run-oracle.ts';
import type { DesignSpec, Scenario } from '../scenario/scenario.ts';
import { Simulation } from '../scenario/simulation.ts';
import type { WorldSpec } from '../world/spec.ts';
import { Baseline } from './baseline.ts';
import type { Observed, Observer } from './observer.ts';
import { ObservedLedger, StateChanges } from './observer.ts';

/** What a run must be measured with, beyond its counts. */
export interface Needs {
  verdicts: boolean;
  timeline: boolean;
  /** Each request's end. */
  log: boolean;
}

/** Makes an observer for each run. */
export type ObserverFactory = (run: Observed) => Observer;

/** A finished run, with all that watched it. */
export interface ObservedRun {
  readonly simulation: Simulation;
  readonly states: StateChanges;
  readonly observers: ReadonlyMap<ObserverFactory, Observer>;
  readonly needs: Needs;
}

/** Oracles of this many worlds and seeds are kept: those of a case and of what it is compared with. */
const MOST_ORACLES = 64;

/** Buckets of a timeline: one a second of simulated time, within these bounds. */
const LEAST_BUCKETS = 60;
const MOST_BUCKETS = 600;

/**
 * Runs designs for a property test. It learns what is looked at: what one property has asked for once is measured from
 * then on, so that no run is made twice for it.
 */
export class Laboratory {
  readonly baseline: Baseline;
  /** Of every case: the same seeds, so that cases are compared in the same worlds. */
  readonly seeds: readonly string[];
  readonly factories: readonly ObserverFactory[];
  readonly needs: Needs = { verdicts: false, timeline: false, log: false };
  /** Runs made so far, and requests simulated in them. */
  runs = 0;
  simulated = 0;
  private readonly oracles = new Map<string, OracleRun>();

  constructor(baseline: Baseline, seeds: readonly string[], factories: readonly ObserverFactory[]) {
    this.baseline = baseline;
    this.seeds = seeds;
    this.factories = factories;
  }

  /** The same for another design of the scenario. */
  forDesign(design: string | undefined): Laboratory {
    if (design === undefined || design === this.baseline.design) return this;
    return new Laboratory(new Baseline({ ...this.baseline.source, design }), this.seeds, this.factories);
  }

  run(scenario: Scenario, design: DesignSpec, seed: string, trace: readonly number[] = []): ObservedRun {
    const { world } = scenario;
    const needs = { ...this.needs };
    const observers = new Map<ObserverFactory, Observer>();
    let states: StateChanges | undefined;
    const measure = {
      verdicts: needs.verdicts,
      decisions: true,
      log: needs.log,
      timeline: needs.timeline ? bucketsOf(world) : 0,
      trace,
    };
    const simulation = new Simulation(
      { world, design, seed, rekey: '', measure },
      this.baseline.registry,
      (inner, { world: running, identities }) => {
        const { kernel } = running;
        states = new StateChanges(running, design);
        const observed: Observed = { scenario, design, layers: identities, now: () => kernel.now };
        for (const factory of this.factories) observers.set(factory, factory(observed));
        return new ObservedLedger(inner, [states, ...observers.values()]);
      },
    );
    simulation.finish();
    this.runs++;
    this.simulated += simulation.world.arrivals;
    return { simulation, states: states!, observers, needs };
  }

  /** What of a world could have been served. Designs over one world share it. */
  oracle({ world, designs }: Scenario, seed: string): OracleRun {
    const key = `${seed}\u0000${JSON.stringify(world, (_, value: unknown) => (value === Infinity ? '∞' : value))}`;
    let oracle = this.oracles.get(key);
    if (oracle === undefined) {
      oracle = runOracle(world, designs[0].edges, seed, 'max');
      if (this.oracles.size >= MOST_ORACLES) this.oracles.delete(this.oracles.keys().next().value!);
      this.oracles.set(key, oracle);
    }
    return oracle;
  }

  /** One seed of some designs with everything that expectations can name. */
  runSeed(scenario: Scenario, designs: readonly DesignSpec[], seed: string, references: boolean): SeedResult {
    const result = runSeed(seedJob(scenario, designs, seed, { references, verdicts: true }), this.baseline.registry);
    this.runs += result.designs.length;
    this.simulated += result.simulated;
    return result;
  }
}

function bucketsOf({ duration }: WorldSpec): number {
  return Math.max(LEAST_BUCKETS, Math.min(MOST_BUCKETS, Math.floor(duration / 1e9)));
}
