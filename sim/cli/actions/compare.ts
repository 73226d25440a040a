import {
  BARE,
  checkExpectations,
  closingSentence,
  compareSeeds,
  needsReferences,
  needsVerdicts,
  notesOf,
  reduceDesign,
  seedJob,
  seedsOf,
} from '../../index.ts';
import type { Comparison, DesignSpec, ExpectationResult, Registry, Scenario, SeedResult } from '../../index.ts';
import { comparisonReport } from '../../reports/comparison-report.ts';
import { comparisonCsv } from '../../reports/figures-csv.ts';
import { renderText } from '../../reports/text.ts';
import { EXIT } from '../exit.ts';
import { designNamed, load } from '../load.ts';
import type { Arguments } from '../options.ts';
import { formatOption, isSet, namesIn, repeatedOption, textOption } from '../options.ts';
import { addToStepSummary, note, present, styleOf } from '../present.ts';
import { noteInterrupted, runSeeds } from '../seeds.ts';

/** The first table comes from so many seeds. */
const FIRST_SEEDS = 3;

/** `overcontrol compare`: the scenario's designs, side by side on the same worlds. */
export async function compare(args: Arguments): Promise<number> {
  const { scenario: whole, registry } = await load(String(args['file']), args);
  const designs = comparedDesigns(whole, registry, args);
  const names = [BARE, ...designs.map(({ name }) => name)];
  const references = !isSet(args, 'no-references');
  const expect = whole.expect.filter(({ design, against }) => names.includes(design) && names.includes(against));
  const scenario = { ...whole, expect: references ? expect : expect.filter((one) => !needsReferences(one)) };
  // The table shows no verdicts: they are judged where somebody asks for them.
  const asked = ['json', 'csv'].includes(formatOption(args)) || expect.some(needsVerdicts);
  const verdicts = asked && !isSet(args, 'no-verdicts');
  const seeds = seedsOf(scenario.seed, scenario.replications);
  const jobs = seeds.map((seed) => seedJob(scenario, designs, seed, { references, verdicts }));
  const { results, interrupted } = await runSeeds(jobs, isSet(args, 'verbose'), (done, progress) => {
    if (done.length !== FIRST_SEEDS || seeds.length === FIRST_SEEDS) return;
    progress.clear();
    showFirst(scenario, done, seeds.length, args);
  });
  if (results.length === 0) return noteInterrupted('no seed was done yet.');
  const { comparison, expectations } = assess(scenario, results);
  const report = comparisonReport(scenario, comparison, expectations);
  const json = { ...comparison, expect: expectations, sentence: closingSentence(comparison) };
  present({ report: () => report, json: () => json, csv: () => comparisonCsv(comparison) }, args);
  addToStepSummary(report);
  if (interrupted) return noteInterrupted(`${results.length} of ${seeds.length} seeds were done.`);
  return expectations.every(({ ok }) => ok) ? EXIT.ok : EXIT.failed;
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
): { comparison: Comparison; expectations: ExpectationResult[] } {
  const notes = new Set(results.flatMap(({ designs }) => designs.flatMap(({ figures }) => notesOf(scenario, figures))));
  return {
    comparison: compareSeeds(scenario, results, [...notes]),
    expectations: checkExpectations(scenario, results),
  };
}

/** The table of the first seeds: on a terminal as a report, elsewhere beside the one that is to come. */
function showFirst(scenario: Scenario, results: readonly SeedResult[], all: number, args: Arguments): void {
  const { comparison, expectations } = assess(scenario, results);
  const stream =
    formatOption(args) === 'table' && process.stdout.isTTY && textOption(args, 'out') === undefined
      ? process.stdout
      : process.stderr;
  stream.write(`${renderText(comparisonReport(scenario, comparison, expectations), styleOf(stream))}\n`);
  note(`That was ${results.length} of ${all} seeds; the rest refines it ...\n`);
}
