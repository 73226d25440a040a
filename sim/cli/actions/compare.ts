import {
  BARE,
  checkExpectations,
  closingSentence,
  compareSeeds,
  FEWEST_SEEDS,
  gridOf,
  isPrecise,
  needsReferences,
  needsVerdicts,
  notesOf,
  parseParameter,
  parsePoints,
  reduceDesign,
  seedJob,
  seedsOf,
  widestInterval,
} from '../../index.ts';
import type { DesignSpec, Parameter, Precision, Registry, Scenario, SeedJob, SeedResult } from '../../index.ts';
import type { LoadedScenario, OpenScenario } from '../../node.ts';
import { checkSuites } from '../../reports/check-report.ts';
import { comparisonReport } from '../../reports/comparison-report.ts';
import type { ComparisonAt } from '../../reports/comparison-series-report.ts';
import { seriesCsv, seriesJson, seriesReport } from '../../reports/comparison-series-report.ts';
import { comparisonCsv } from '../../reports/figures-csv.ts';
import { renderText } from '../../reports/text.ts';
import { EXIT, UsageError } from '../exit.ts';
import { designNamed, open } from '../load.ts';
import type { Arguments } from '../options.ts';
import { countOption, formatOption, isSet, namesIn, repeatedOption, textOption } from '../options.ts';
import { addToStepSummary, note, present, styleOf } from '../present.ts';
import type { HowToRun } from '../seeds.ts';
import { noteInterrupted, runSeeds } from '../seeds.ts';

/** The first table comes from so many seeds. */
const FIRST_SEEDS = 3;

/** `overcontrol compare`: the scenario's designs, side by side on the same worlds. */
export async function compare(args: Arguments): Promise<number> {
  const parameters = repeatedOption(args, 'param').map(parseParameter);
  const asked = precisionOption(args);
  const opened = await open(String(args['file']), args);
  if (parameters.length > 0) {
    if (asked !== undefined) throw new UsageError('Give either --param or --precision, not both.');
    return compareAtValues(opened, parameters, args);
  }
  return compareOnce(opened.with({}), asked, args);
}

/** How wide an interval may be, as a share of one. */
function precisionOption(args: Arguments): number | undefined {
  const written = textOption(args, 'precision');
  if (written === undefined) return undefined;
  const points = parsePoints(written);
  if (points !== undefined) return points;
  throw new UsageError(`--precision: expected points of percentage such as 0.2pp, not \`${written}\``);
}

function howToRun(args: Arguments): HowToRun {
  return { verbose: isSet(args, 'verbose'), workers: countOption(args, 'workers', 256) };
}

// --- one comparison --------------------------------------------------------------------------------------------------

async function compareOnce(loaded: LoadedScenario, asked: number | undefined, args: Arguments): Promise<number> {
  const scenario = judgedScenario(loaded, args);
  const limit = asked === undefined ? scenario.replications : (countOption(args, 'limit', 100_000) ?? 1);
  const least = textOption(args, 'replications') === undefined ? FEWEST_SEEDS : scenario.replications;
  const jobs = jobsOf(scenario, loaded.registry, limit, args);
  const { results, interrupted } = await runSeeds(jobs, howToRun(args), (done, progress) => {
    if (done.length === FIRST_SEEDS && jobs.length > FIRST_SEEDS) {
      progress.clear();
      showFirst(scenario, done, asked === undefined ? String(jobs.length) : `at most ${jobs.length}`, args);
    }
    return asked === undefined || !isPrecise(done, asked, least);
  });
  if (results.length === 0) return noteInterrupted('no seed was done yet.');
  const precision =
    asked === undefined ? undefined : { asked, reached: widestInterval(results), seeds: results.length, limit };
  const { comparison, expectations } = assess(scenario, results, precision);
  const report = comparisonReport(scenario, comparison, expectations);
  const json = {
    ...comparison,
    ...(precision === undefined ? {} : { precision }),
    expect: expectations,
    sentence: closingSentence(comparison),
  };
  const { file, name } = scenario;
  present(
    {
      report: () => report,
      json: () => json,
      csv: () => comparisonCsv(comparison),
      junit: () => checkSuites([{ file, scenario: name, seeds: comparison.seeds, expect: expectations, notes: [] }]),
    },
    args,
  );
  addToStepSummary(report);
  if (interrupted) return noteInterrupted(`${results.length} of ${jobs.length} seeds were done.`);
  return expectations.every(({ ok }) => ok) ? EXIT.ok : EXIT.failed;
}

// --- a comparison at every value of a parameter ----------------------------------------------------------------------

async function compareAtValues(
  opened: OpenScenario,
  parameters: readonly Parameter[],
  args: Arguments,
): Promise<number> {
  const places = gridOf(parameters).map((point) => {
    const values = Object.fromEntries(parameters.map(({ path }, i) => [path, point[i].written]));
    const loaded = opened.with(values);
    const scenario = judgedScenario(loaded, args);
    return { values, scenario, jobs: jobsOf(scenario, loaded.registry, scenario.replications, args) };
  });
  const jobs = places.flatMap((place) => place.jobs);
  const { results, interrupted } = await runSeeds(jobs, { ...howToRun(args), remember: true });
  let taken = 0;
  const compared = places.flatMap(({ values, scenario, jobs: own }): ComparisonAt[] => {
    const from = taken;
    taken += own.length;
    if (results.length < taken) return [];
    return [{ values, scenario, ...assess(scenario, results.slice(from, taken)) }];
  });
  if (compared.length === 0) return noteInterrupted('no value was done yet.');
  const report = seriesReport(compared);
  const suites = compared.map(({ values, scenario, comparison, expectations }) => ({
    file: `${scenario.file} ${JSON.stringify(values)}`,
    scenario: scenario.name,
    seeds: comparison.seeds,
    expect: expectations,
    notes: [],
  }));
  present(
    {
      report: () => report,
      json: () => seriesJson(compared),
      csv: () => seriesCsv(compared),
      junit: () => checkSuites(suites),
    },
    args,
  );
  addToStepSummary(report);
  if (interrupted) return noteInterrupted(`${compared.length} of ${places.length} values were done.`);
  return compared.every(({ expectations }) => expectations.every(({ ok }) => ok)) ? EXIT.ok : EXIT.failed;
}

// --- what both are made of -------------------------------------------------------------------------------------------

/** The scenario with those expectations alone that this comparison can judge. */
function judgedScenario({ scenario, registry }: LoadedScenario, args: Arguments): Scenario {
  const names = [BARE, ...comparedDesigns(scenario, registry, args).map(({ name }) => name)];
  const expect = scenario.expect.filter(({ design, against }) => names.includes(design) && names.includes(against));
  const references = !isSet(args, 'no-references');
  return { ...scenario, expect: references ? expect : expect.filter((one) => !needsReferences(one)) };
}

function jobsOf(scenario: Scenario, registry: Registry, seeds: number, args: Arguments): SeedJob[] {
  // The table shows no verdicts: they are judged where somebody asks for them.
  const asked = ['json', 'csv'].includes(formatOption(args)) || scenario.expect.some(needsVerdicts);
  const options = {
    references: !isSet(args, 'no-references'),
    verdicts: asked && !isSet(args, 'no-verdicts'),
  };
  const designs = comparedDesigns(scenario, registry, args);
  return seedsOf(scenario.seed, seeds).map((seed) => seedJob(scenario, designs, seed, options));
}

/** `layered`, then what is asked for, or else every design of the file. */
function comparedDesigns(scenario: Scenario, registry: Registry, args: Arguments): DesignSpec[] {
  const [layered, ...others] = scenario.designs;
  const named = repeatedOption(args, 'design').map((name) => designNamed(scenario, name));
  const asked = [
    ...repeatedOption(args, 'without').map((list) => reduceDesign(layered, { without: namesIn(list) }, registry)),
    ...repeatedOption(args, 'only').map((list) => reduceDesign(layered, { only: namesIn(list) }, registry)),
  ];
  const listed = named.length > 0 ? named : others;
  const all = [...listed, ...asked].filter(({ name }) => name !== BARE && name !== layered.name);
  return [layered, ...new Map(all.map((design) => [design.name, design])).values()];
}

function assess(
  scenario: Scenario,
  results: readonly SeedResult[],
  precision?: Precision,
): Pick<ComparisonAt, 'comparison' | 'expectations'> {
  const notes = new Set(results.flatMap(({ designs }) => designs.flatMap(({ figures }) => notesOf(scenario, figures))));
  if (precision !== undefined) notes.add(precisionNote(precision));
  return {
    comparison: compareSeeds(scenario, results, [...notes]),
    expectations: checkExpectations(scenario, results),
  };
}

function precisionNote({ asked, reached, seeds, limit }: Precision): string {
  const points = (share: number): string => `${(share * 100).toFixed(2)} points`;
  const widest = `the widest 95 % interval is ${points(reached)} wide`;
  if (reached <= asked) return `${seeds} seeds were enough for intervals of ${points(asked)}: ${widest}.`;
  return `${seeds} of at most ${limit} seeds were not enough for intervals of ${points(asked)}: ${widest}. A higher --limit allows more.`;
}

/** The table of the first seeds: on a terminal as a report, elsewhere beside the one that is to come. */
function showFirst(scenario: Scenario, results: readonly SeedResult[], all: string, args: Arguments): void {
  const { comparison, expectations } = assess(scenario, results);
  const stream =
    formatOption(args) === 'table' && process.stdout.isTTY && textOption(args, 'out') === undefined
      ? process.stdout
      : process.stderr;
  stream.write(`${renderText(comparisonReport(scenario, comparison, expectations), styleOf(stream))}\n`);
  note(`That was ${results.length} of ${all} seeds; the rest refines it ...\n`);
}
