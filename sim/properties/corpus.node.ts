import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { readScenario } from '../scenario/read-scenario.ts';
import { ScenarioError } from '../scenario/scenario-error.ts';
import type { Baseline } from './baseline.ts';
import { CaseResult } from './case-result.ts';
import type { CounterexampleFile } from './counterexample-file.ts';
import { fileNameOf, formatCounterexample, parseCounterexample, withExpectation } from './counterexample-file.ts';
import { LAYERED } from '../scenario/scenario.ts';
import type { Counterexample } from './findings.ts';
import { judgeCase } from './judge.ts';
import { Laboratory } from './laboratory.ts';
import type { Judgement, Property } from './property.ts';
import { PropertyTestError } from './property-test-error.ts';
import { seedsOf } from '../experiments/run.ts';
import { openScenario } from '../scenario/load.node.ts';

/** A saved counterexample that belongs to a test. */
export interface CorpusEntry {
  readonly file: string;
  readonly text: string;
  readonly saved: CounterexampleFile;
  readonly property: Property;
}

/** What became of a saved counterexample. */
export interface CorpusResult {
  readonly file: string;
  readonly property: string;
  readonly about: string;
  readonly difference: string;
  /** What the file expects, and whether the property holds now. */
  readonly expect: 'fail' | 'pass';
  readonly holds: boolean;
  readonly told: string;
}

/** The counterexamples of one scenario that a folder holds. A folder that is not there holds none. */
export class Corpus {
  readonly folder: string;
  readonly entries: readonly CorpusEntry[];
  /** Files whose property the test has no more. */
  readonly unjudged: readonly string[];

  private constructor(folder: string, entries: readonly CorpusEntry[], unjudged: readonly string[]) {
    this.folder = folder;
    this.entries = entries;
    this.unjudged = unjudged;
  }

  /**
   * Reads every file of the folder, and keeps those of the baseline's scenario and the test's name. Throws
   * `PropertyTestError` if one can no longer be read, or no longer fits its scenario.
   */
  static async open(
    folder: string,
    design: string,
    baseline: Baseline,
    properties: readonly Property[],
  ): Promise<Corpus> {
    const entries: CorpusEntry[] = [];
    const unjudged: string[] = [];
    for (const file of filesIn(folder)) {
      const text = readFileSync(file, 'utf8');
      const saved = parseCounterexample(text, file);
      const extended = resolve(dirname(file), saved.extends);
      if (saved.design !== design || extended !== resolve(baseline.source.file)) continue;
      await checkFits(file);
      const property = properties.find(({ name }) => name === saved.property);
      if (property === undefined) unjudged.push(file);
      else entries.push({ file, text, saved, property });
    }
    return new Corpus(folder, entries, unjudged);
  }

  /** Judges one entry, over the seeds that it was found with. */
  judge({ file, saved, property }: CorpusEntry, baseline: Baseline): CorpusResult {
    const seeds = seedsOf(saved.seed, saved.replications);
    const laboratory = new Laboratory(baseline, seeds, property.observe === undefined ? [] : [property.observe]);
    const judgement: Judgement = judgeCase(property, new CaseResult(laboratory, saved.edits));
    return {
      file,
      property: property.name,
      about: property.about,
      difference: baseline.describe(saved.edits),
      expect: saved.expect,
      holds: judgement.ok,
      told: judgement.told,
    };
  }

  /** What was broken and holds now is guarded from now on. */
  guard({ file, text }: CorpusEntry): void {
    writeFileSync(file, withExpectation(text, 'pass'));
  }

  /** Saves a counterexample. Returns its file. */
  save(found: Counterexample, design: string, baseline: Baseline): string {
    const file = join(this.folder, fileNameOf(found, design));
    mkdirSync(this.folder, { recursive: true });
    const extended = relative(this.folder, baseline.source.file).replaceAll('\\', '/');
    const set = baseline.source.set ?? {};
    const commands = commandsFor(file, found).map(({ what, line }) => `${what}: ${line}`);
    writeFileSync(file, formatCounterexample(found, { design, extended, set, commands }));
    return file;
  }
}

/** The commands that replay a saved counterexample, and show it. */
export function commandsFor(file: string, { story, seed, tested }: Counterexample): { what: string; line: string }[] {
  const path = relative(process.cwd(), file).replaceAll('\\', '/');
  const ofDesign = tested === LAYERED ? '' : ` --design ${tested}`;
  const view =
    story.request === null
      ? `npx overcontrol run ${path}${ofDesign} --seed ${seed}`
      : `npx overcontrol explain ${path}${ofDesign} --seed ${seed} --request ${story.request.request}`;
  return [
    { what: 'Replay', line: `npx overcontrol replay ${path}` },
    { what: 'View', line: view },
    { what: 'Open in the browser', line: `npx overcontrol web ${path}` },
  ];
}

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /\.ya?ml$/.test(name))
    .toSorted()
    .map((name) => join(folder, name));
}

async function checkFits(file: string): Promise<void> {
  try {
    const { text, ...options } = await openScenario(file);
    readScenario(text, file, options);
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    throw new PropertyTestError(
      `${file} no longer fits its scenario. Mend its edits, or delete it if what it guards is gone:\n${error.message}`,
    );
  }
}
