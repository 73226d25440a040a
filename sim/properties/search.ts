import fc from 'fast-check';
import { hashName } from '../kernel/hash.ts';
import { ScenarioError } from '../scenario/scenario-error.ts';
import type { Steps } from '../experiments/steps.ts';
import { formatDuration } from '../units/duration.ts';
import type { Varied } from './arbitraries/variation.ts';
import { leavesOf, together } from './arbitraries/variation.ts';
import { CaseResult } from './case-result.ts';
import type { Edits } from './edits.ts';
import { keyOf, NO_EDITS } from './edits.ts';
import type { Counterexample, End, Findings } from './findings.ts';
import { judgeCase } from './judge.ts';
import type { Laboratory } from './laboratory.ts';
import type { Judgement, Property } from './property.ts';
import { PropertyTestError } from './property-test-error.ts';
import { shrink } from './shrink.ts';
import type { Shrunk } from './shrink.ts';
import { tellStory } from './story.ts';
import { Activity, count, newTally } from './tally.ts';
import type { PropertyTally } from './tally.ts';

export interface SearchOptions {
  /** Most cases. */
  readonly runs: number;
  /** Time for everything, milliseconds; looked at between cases. */
  readonly budgetMs: number;
  /** Milliseconds since the search began. */
  clock(): number;
  /** Decides which cases are generated. */
  readonly seed: string;
}

/** How far a search is. */
export interface SearchStep {
  readonly share: number;
  readonly doing: string;
}

/** So many cases in a row that have been seen before, and there are no others. */
const REPEATS_UNTIL_EXHAUSTED = 50;

/** Of each thing that is varied, so many cases vary it alone; fewer where there are many, at most half of all. */
const ALONE = 6;

/** A case, with what is needed to shrink it. */
export interface Case {
  readonly edits: Edits;
  readonly drawn: Drawn | null;
}

/** A value, and the arbitrary that it was drawn from. */
export interface Drawn {
  readonly arbitrary: fc.Arbitrary<Edits>;
  readonly value: fc.Value<Edits>;
}

/** Looks for the smallest edits that break properties. */
export class Search {
  private readonly varied: Varied;
  private readonly laboratory: Laboratory;
  private readonly options: SearchOptions;
  private readonly open: Set<Property>;
  private readonly tallies: ReadonlyMap<Property, PropertyTally>;
  private readonly activity = new Activity();
  private readonly found: Counterexample[] = [];
  private cases = 0;
  private skipped = 0;

  constructor(
    laboratory: Laboratory,
    properties: readonly Property[],
    varied: readonly Varied[],
    options: SearchOptions,
  ) {
    this.laboratory = laboratory;
    this.options = options;
    this.open = new Set(properties);
    this.tallies = new Map(properties.map((property) => [property, newTally(property)]));
    this.varied = together(varied);
  }

  /** All cases, the baseline first, until every property is settled or the time is over. */
  *steps(): Steps<SearchStep, Findings> {
    const { budgetMs, clock } = this.options;
    yield* this.judge({ edits: NO_EDITS, drawn: null });
    if (clock() > budgetMs) {
      throw new PropertyTestError(
        `the budget of ${inWords(budgetMs)} is over before one case is done: the baseline alone took ${inWords(clock())}`,
      );
    }
    const ended = yield* this.explore();
    return this.findings(ended);
  }

  /** What there is so far. */
  findings(ended: End): Findings {
    const { laboratory, activity } = this;
    const happened = [...activity.counts].map(([what, cases]) => ({ what, cases }));
    return {
      cases: this.cases,
      skipped: this.skipped,
      ended,
      tallies: [...this.tallies.values()],
      activity: happened.toSorted((a, b) => b.cases - a.cases),
      counterexamples: this.found,
      runs: laboratory.runs,
      simulated: laboratory.simulated,
      elapsedMs: this.options.clock(),
    };
  }

  private *explore(): Steps<SearchStep, End> {
    const { runs, budgetMs, clock } = this.options;
    const seen = new Set([keyOf(NO_EDITS)]);
    let repeats = 0;
    for (const drawn of this.draw()) {
      if (this.open.size === 0) return 'settled';
      if (this.cases >= runs) return 'runs';
      if (clock() >= budgetMs) return 'budget';
      const edits = drawn.value.value;
      const key = keyOf(edits);
      if (seen.has(key)) {
        if (++repeats >= REPEATS_UNTIL_EXHAUSTED) return 'exhausted';
        continue;
      }
      repeats = 0;
      seen.add(key);
      yield* this.judge({ edits, drawn });
    }
    return this.open.size === 0 ? 'settled' : this.cases < runs ? 'exhausted' : 'runs';
  }

  /** Cases to come: what is varied one by one, since the fewest edits are wanted, and then all together. */
  private *draw(): Generator<Drawn, void> {
    const { runs } = this.options;
    const leaves = leavesOf(this.varied);
    const rounds = Math.min(ALONE, Math.floor(runs / 2 / Math.max(1, leaves.length)));
    const alone = leaves.map(({ edits }, i) => this.drawFrom(edits, rounds, `alone/${i}`));
    for (let round = 0; round < rounds; round++) for (const drawn of alone) yield drawn[round];
    yield* this.drawFrom(this.varied.edits, runs + REPEATS_UNTIL_EXHAUSTED * 2, 'together');
  }

  private drawFrom(arbitrary: fc.Arbitrary<Edits>, numRuns: number, name: string): Drawn[] {
    if (numRuns === 0) return [];
    const values = fc.sample(new Drawing(arbitrary), { seed: hashName(`${this.options.seed}/${name}`), numRuns });
    return values.map((value) => ({ arbitrary, value }));
  }

  /** Judges one case by every property that is still open. */
  private *judge(one: Case): Steps<SearchStep, void> {
    yield this.step(`case ${this.cases + 1}`);
    const result = this.resultOf(one.edits);
    if (result === undefined) {
      this.skipped++;
      return;
    }
    this.cases++;
    for (const property of this.open) {
      const judgement = judgeCase(property, result);
      count(this.tallies.get(property)!, judgement);
      if (judgement.ok) continue;
      this.open.delete(property);
      this.found.push(yield* this.smallest(property, one, result, judgement));
    }
    this.activity.note(result);
  }

  /** The result of a case; undefined if its edits make no scenario together. */
  private resultOf(edits: Edits): CaseResult | undefined {
    try {
      return new CaseResult(this.laboratory, edits);
    } catch (error) {
      if (error instanceof ScenarioError) return undefined;
      throw error;
    }
  }

  private *smallest(
    property: Property,
    found: Case,
    result: CaseResult,
    judgement: Judgement,
  ): Steps<SearchStep, Counterexample> {
    const { budgetMs, clock } = this.options;
    let tried = 0;
    const shrunk = yield* shrink(found, result, judgement, {
      judge: (edits) => {
        const candidate = this.resultOf(edits);
        return candidate === undefined ? undefined : [candidate, judgeCase(property, candidate)];
      },
      isOver: () => clock() >= budgetMs,
      step: () => this.step(`shrinking what breaks \`${property.name}\` (${++tried} tried)`),
    });
    return this.counterexample(property, found, shrunk);
  }

  private counterexample(property: Property, found: Case, shrunk: Shrunk): Counterexample {
    const laboratory = this.laboratory.forDesign(property.speaksOf);
    const { baseline, seeds } = laboratory;
    const { judgement, neighbour } = shrunk;
    const seed = judgement.seed ?? seeds[0];
    const result = new CaseResult(laboratory, shrunk.result.edits);
    const passing = neighbour === null ? null : new CaseResult(laboratory, neighbour.result.edits);
    return {
      property: property.name,
      about: property.about,
      tested: baseline.design,
      edits: result.edits,
      difference: baseline.describe(result.edits),
      told: judgement.told,
      neighbour:
        neighbour === null
          ? null
          : {
              edits: neighbour.result.edits,
              difference: baseline.describe(neighbour.result.edits),
              told: neighbour.judgement.told,
            },
      story: tellStory(laboratory, result, passing, seed),
      seeds,
      seed,
      digest: result.runs[0].figures.digest,
      isMinimal: shrunk.isMinimal,
      foundAs: found.edits,
    };
  }

  private step(doing: string): SearchStep {
    const { runs, budgetMs, clock } = this.options;
    return { share: Math.min(1, Math.max(this.cases / runs, clock() / budgetMs)), doing };
  }
}

/** Generates drawn values in place of values: with what fast-check needs to shrink them. */
class Drawing extends fc.Arbitrary<fc.Value<Edits>> {
  private readonly inner: fc.Arbitrary<Edits>;

  constructor(inner: fc.Arbitrary<Edits>) {
    super();
    this.inner = inner;
  }

  generate(random: fc.Random, biasFactor: number | undefined): fc.Value<fc.Value<Edits>> {
    return new fc.Value(this.inner.generate(random, biasFactor), undefined);
  }

  canShrinkWithoutContext(_value: unknown): _value is fc.Value<Edits> {
    return false;
  }

  shrink(): fc.Stream<fc.Value<fc.Value<Edits>>> {
    return fc.Stream.nil();
  }
}

export function inWords(milliseconds: number): string {
  return formatDuration(Math.floor(milliseconds) * 1e6);
}
