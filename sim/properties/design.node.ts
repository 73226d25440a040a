import type fc from 'fast-check';
import { setImmediate } from 'node:timers/promises';
import { seedsOf } from '../experiments/run.ts';
import { openScenario } from '../scenario/load.node.ts';
import { ScenarioError } from '../scenario/scenario-error.ts';
import { parseDuration } from '../units/duration.ts';
import type { Varied, Varying } from './arbitraries/variation.ts';
import { together, variedOver } from './arbitraries/variation.ts';
import { Baseline } from './baseline.ts';
import type { BaselineSource } from './baseline.ts';
import { startClock } from './clock.node.ts';
import type { CorpusResult } from './corpus.node.ts';
import { commandsFor, Corpus } from './corpus.node.ts';
import type { Edits } from './edits.ts';
import { inline } from './edits.ts';
import type { Counterexample, Findings } from './findings.ts';
import { Laboratory } from './laboratory.ts';
import type { Property, PropertyFunction } from './property.ts';
import { property } from './property.ts';
import { neverWorse } from './properties/never-worse.ts';
import type { NeverWorse } from './properties/never-worse.ts';
import { PropertyTestError } from './property-test-error.ts';
import { describeCounterexample, describeFindings, whollyVacuous } from './report.ts';
import { Search } from './search.ts';
import type { SearchStep } from './search.ts';

/** How a test is carried out. */
export interface TestOptions {
  /** Most cases; 200 unless given. */
  readonly runs?: number;
  /** Seeds of each case; 5 unless given. */
  readonly seedsPerRun?: number;
  /** Time for everything, such as '30s', which it is unless given. */
  readonly budget?: string;
  /** Folder of saved counterexamples: they are judged first, and what is found is saved there. */
  readonly corpus?: string;
  /** Decides the cases and, with the scenario's own unless given, the worlds. The same seed finds the same. */
  readonly seed?: string;
  /** false: nothing is written to the corpus. */
  readonly save?: boolean;
}

/** Options with what stands for those that are not given. */
const DEFAULTS = { runs: 200, seedsPerRun: 5, budget: '30s', save: true } as const;

/** What a test came to. */
export interface TestResult {
  readonly ok: boolean;
  readonly design: string;
  /** Null where the corpus alone decided. */
  readonly findings: Findings | null;
  readonly counterexamples: readonly (Counterexample & { readonly file: string | null })[];
  readonly corpus: readonly CorpusResult[];
  /** Files of the corpus that now guard what was broken when they were saved. */
  readonly fixed: readonly string[];
  /** Files whose property the test has no more. */
  readonly unjudged: readonly string[];
  /** Properties that nothing could have broken in any case. */
  readonly vacuous: readonly string[];
  /** All of it as text. */
  readonly report: string;
}

/** A property of a design is broken. The message is the whole report. */
export class PropertyFailure extends Error {
  readonly result: TestResult;

  constructor(result: TestResult) {
    super(result.report);
    this.name = 'PropertyFailure';
    this.result = result;
  }
}

/** A design by its scenario file, or by what is read of one. */
export function design(name: string, scenario: string | BaselineSource, options: DesignOptions = {}): DesignTest {
  return new DesignTest(name, scenario, options, {}, []);
}

export interface DesignOptions {
  /** Which design of the scenario; `layered` unless given. */
  readonly design?: string;
  /** Settings over the scenario that every case has, such as `{ duration: '30s' }`. */
  readonly set?: Edits;
}

type Properties = readonly (Property | PropertyFunction)[];

/** A design, what is varied of it, and what must hold. Every step returns a new one. */
export class DesignTest {
  readonly name: string;
  private readonly scenario: string | BaselineSource;
  private readonly options: DesignOptions;
  private readonly variations: Readonly<Record<string, Varying>>;
  private readonly properties: readonly Property[];

  constructor(
    name: string,
    scenario: string | BaselineSource,
    options: DesignOptions,
    variations: Readonly<Record<string, Varying>>,
    properties: readonly Property[],
  ) {
    this.name = name;
    this.scenario = scenario;
    this.options = options;
    this.variations = variations;
    this.properties = properties;
  }

  /** What is varied, each under a name of your own. */
  vary(variations: Readonly<Record<string, Varying>>): DesignTest {
    const all = { ...this.variations, ...variations };
    return new DesignTest(this.name, this.scenario, this.options, all, this.properties);
  }

  /** What must hold in every case. */
  always(...properties: Properties): DesignTest {
    const named = properties.map((one, i) =>
      typeof one === 'function' ? property(one.name || `property ${this.properties.length + i + 1}`, one) : one,
    );
    return new DesignTest(this.name, this.scenario, this.options, this.variations, this.properties.concat(named));
  }

  /** What must hold in the end of every case: how it recovers. */
  eventually(...properties: Properties): DesignTest {
    return this.always(...properties);
  }

  /** What the design must never be worse than, in the same case. */
  neverWorse(comparison: NeverWorse): DesignTest {
    return this.always(neverWorse(comparison));
  }

  /** The arbitrary of edits, for use with fast-check's own runner. */
  async arbitrary(): Promise<fc.Arbitrary<Edits>> {
    return together(this.variedOver(await this.baseline())).edits;
  }

  /** Tests. Throws `PropertyFailure` with the report if a property is broken, `PropertyTestError` if it cannot be tested. */
  async test(options: TestOptions = {}): Promise<TestResult> {
    const result = await this.check(options);
    if (!result.ok) throw new PropertyFailure(result);
    for (const about of result.vacuous) {
      console.warn(`${this.name}: "${about}" holds, but nothing that was tried could have broken it.`);
    }
    return result;
  }

  /**
   * The same, with a plain result in place of a failure.
   * @param pause called after each step; false ends the search with what there is
   */
  async check(options: TestOptions = {}, pause: (step: SearchStep) => Promise<boolean> = breathe): Promise<TestResult> {
    return new TestRun(this.name, this.properties, options, pause).carryOut(await this.baseline(), (baseline) =>
      this.variedOver(baseline),
    );
  }

  private async baseline(): Promise<Baseline> {
    const { set, design: tested } = this.options;
    const source = typeof this.scenario === 'string' ? await openScenario(this.scenario) : this.scenario;
    return new Baseline({
      ...source,
      ...(set === undefined ? {} : { set }),
      ...(tested === undefined ? {} : { design: tested }),
    });
  }

  private variedOver(baseline: Baseline): Varied[] {
    return Object.entries(this.variations).map(([name, varying]) => {
      const varied = variedOver(varying, baseline);
      for (const edits of varied.extremes) checkReadable(name, edits, baseline);
      return varied;
    });
  }
}

/** Gives everybody else their turn. */
async function breathe(): Promise<boolean> {
  await setImmediate();
  return true;
}

/** What a variation makes by itself must be a scenario. */
function checkReadable(name: string, edits: Edits, baseline: Baseline): void {
  try {
    baseline.read(edits);
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    const problems = error.problems.map(({ path, message, found, hint }) => {
      const instead = found === undefined ? '' : `, found ${found}`;
      return `${path}: ${message}${instead}${hint === undefined ? '' : `; did you mean \`${hint}\`?`}`;
    });
    throw new PropertyTestError(
      `what \`${name}\` varies goes beyond the scenario's schema: ${problems.join('; ')} (in ${inline(edits)})`,
    );
  }
}

/** One test, carried out. */
class TestRun {
  private readonly name: string;
  private readonly properties: readonly Property[];
  private readonly options: Required<Omit<TestOptions, 'corpus' | 'seed'>> & TestOptions;
  private readonly pause: (step: SearchStep) => Promise<boolean>;
  private readonly budgetMs: number;
  private readonly clock = startClock();

  constructor(
    name: string,
    properties: readonly Property[],
    options: TestOptions,
    pause: (step: SearchStep) => Promise<boolean>,
  ) {
    this.name = name;
    this.properties = distinct(properties);
    this.options = { ...DEFAULTS, ...options };
    this.pause = pause;
    this.budgetMs = checkOptions(this.options);
  }

  async carryOut(baseline: Baseline, vary: (baseline: Baseline) => Varied[]): Promise<TestResult> {
    if (this.properties.length === 0) throw new PropertyTestError(`${this.name}: there is no property to test`);
    for (const { comparesWith, about } of this.properties) {
      if (comparesWith !== undefined) checkReadable(about, comparesWith, baseline);
    }
    const folder = this.options.corpus;
    const corpus = folder === undefined ? null : await Corpus.open(folder, this.name, baseline, this.properties);
    const varied = vary(baseline);
    const known: CorpusResult[] = [];
    for (const entry of corpus?.entries ?? []) {
      known.push(corpus!.judge(entry, baseline));
      await this.pause({ share: 0, doing: `corpus: ${entry.file}` });
    }
    const broken = new Set(known.filter(({ holds }) => !holds).map(({ property: name }) => name));
    const open = this.properties.filter(({ name }) => !broken.has(name));
    const findings = open.length === 0 ? null : await this.search(baseline, varied, open);
    return this.conclude(baseline, corpus, known, findings);
  }

  private async search(baseline: Baseline, varied: readonly Varied[], open: readonly Property[]): Promise<Findings> {
    const { seedsPerRun, runs } = this.options;
    const seed = this.options.seed ?? baseline.scenario.seed;
    const factories = open.flatMap(({ observe }) => (observe === undefined ? [] : [observe]));
    const laboratory = new Laboratory(baseline, seedsOf(seed, seedsPerRun), factories);
    const search = new Search(laboratory, open, varied, { runs, budgetMs: this.budgetMs, clock: this.clock, seed });
    const steps = search.steps();
    for (;;) {
      const next = steps.next();
      if (next.done === true) return next.value;
      if (!(await this.pause(next.value))) return search.findings('interrupted');
    }
  }

  private conclude(
    baseline: Baseline,
    corpus: Corpus | null,
    known: readonly CorpusResult[],
    findings: Findings | null,
  ): TestResult {
    const { save } = this.options;
    const fixed = known.filter(({ expect, holds }) => expect === 'fail' && holds).map(({ file }) => file);
    if (corpus !== null && save) {
      for (const entry of corpus.entries) if (fixed.includes(entry.file)) corpus.guard(entry);
    }
    const counterexamples = (findings?.counterexamples ?? []).map((found) => {
      const file = corpus !== null && save ? corpus.save(found, this.name, baseline) : null;
      return { ...found, file };
    });
    const result = {
      ok: counterexamples.length === 0 && known.every(({ holds }) => holds),
      design: this.name,
      findings,
      counterexamples,
      corpus: known,
      fixed,
      unjudged: corpus?.unjudged ?? [],
      vacuous: findings === null ? [] : whollyVacuous(findings),
    };
    return { ...result, report: reportOf(result) };
  }
}

function reportOf(result: Omit<TestResult, 'report'>): string {
  const { design: name, corpus, fixed, unjudged, counterexamples, findings } = result;
  const parts = corpus.filter(({ holds }) => !holds).map((one) => describeKnown(name, one));
  for (const found of counterexamples) {
    const { file } = found;
    const commands = file === null ? [] : commandsFor(file, found);
    const saved =
      file === null ? [] : ['', `Saved as ${file}`, ...commands.map(({ what, line }) => `  ${what}: ${line}`)];
    parts.push([describeCounterexample(name, found), ...saved].join('\n'));
  }
  parts.push(...fixed.map((file) => `${file} holds now: from here on it guards (expect: pass).`));
  parts.push(...unjudged.map((file) => `${file} was not judged: the test has no such property any more.`));
  if (findings !== null) parts.push(describeFindings(findings));
  return parts.join('\n\n');
}

function describeKnown(name: string, { file, about, difference, told, expect }: CorpusResult): string {
  const news = expect === 'pass' ? 'breaks again' : 'still breaks';
  return [
    `${name} ${news}: ${about}`,
    '',
    `  ${difference}`,
    `  ${told}`,
    '',
    `Known as ${file}`,
    `  Replay: npx overcontrol replay ${file}`,
  ].join('\n');
}

/** Two properties of one name get numbers: files name a property by it. */
function distinct(properties: readonly Property[]): Property[] {
  const seen = new Map<string, number>();
  return properties.map((one) => {
    const count = (seen.get(one.name) ?? 0) + 1;
    seen.set(one.name, count);
    return count === 1 ? one : { ...one, name: `${one.name}-${count}` };
  });
}

function checkOptions({
  runs,
  seedsPerRun,
  budget,
}: Required<Pick<TestOptions, 'runs' | 'seedsPerRun' | 'budget'>>): number {
  const check = (name: string, value: number): void => {
    if (!Number.isInteger(value) || value < 1) {
      throw new PropertyTestError(`\`${name}\` is a whole number from 1 on, not ${value}`);
    }
  };
  check('runs', runs);
  check('seedsPerRun', seedsPerRun);
  const nanoseconds = parseDuration(budget);
  if (nanoseconds === undefined || nanoseconds <= 0) {
    throw new PropertyTestError(`\`budget\` is a duration such as '30s', not ${budget}`);
  }
  return nanoseconds / 1e6;
}
