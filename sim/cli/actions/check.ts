import {
  checkExpectations,
  expectedDesigns,
  needsReferences,
  needsVerdicts,
  notesOf,
  ScenarioError,
  seedJob,
  seedsOf,
} from '../../index.ts';
import type { Scenario } from '../../index.ts';
import type { CheckedFile } from '../../reports/check-report.ts';
import { checkReport, checkSuites } from '../../reports/check-report.ts';
import { expectationsCsv } from '../../reports/figures-csv.ts';
import { EXIT } from '../exit.ts';
import { load } from '../load.ts';
import type { Arguments } from '../options.ts';
import { isSet } from '../options.ts';
import { addToStepSummary, note, present } from '../present.ts';
import { noteInterrupted, runSeeds } from '../seeds.ts';

/** `overcontrol check`: whether scenarios are as they are expected to be. */
export async function check(args: Arguments): Promise<number> {
  const scenarios = await loadAll(args['file'] as string[], args);
  const checked: CheckedFile[] = [];
  let interrupted = false;
  for (const scenario of scenarios) {
    if (interrupted) break;
    if (scenario.expect.length === 0) note(`${scenario.file} expects nothing: there is nothing to judge.`);
    const file = await checkFile(scenario, isSet(args, 'verbose'));
    ({ interrupted } = file);
    if (file.checked !== undefined) checked.push(file.checked);
  }
  if (checked.length > 0) {
    const report = checkReport(checked);
    present(
      {
        report: () => report,
        json: () => checked,
        csv: () => expectationsCsv(checked),
        junit: () => checkSuites(checked),
      },
      args,
    );
    addToStepSummary(report);
  }
  if (interrupted) return noteInterrupted('the expectations were not judged over all seeds.');
  return checked.every(({ expect }) => expect.every(({ ok }) => ok)) ? EXIT.ok : EXIT.failed;
}

/** All of them are read before any is run, so that everything that is wrong is said at once. */
async function loadAll(files: readonly string[], args: Arguments): Promise<Scenario[]> {
  const scenarios: Scenario[] = [];
  const problems: ScenarioError['problems'][number][] = [];
  for (const file of files) {
    try {
      scenarios.push((await load(file, args)).scenario);
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error;
      problems.push(...error.problems);
    }
  }
  if (problems.length > 0) throw new ScenarioError(problems);
  return scenarios;
}

async function checkFile(
  scenario: Scenario,
  verbose: boolean,
): Promise<{ checked: CheckedFile | undefined; interrupted: boolean }> {
  const { file, name, expect } = scenario;
  if (expect.length === 0) {
    return { checked: { file, scenario: name, seeds: [], expect: [], notes: [] }, interrupted: false };
  }
  const options = { references: expect.some(needsReferences), verdicts: expect.some(needsVerdicts) };
  const designs = expectedDesigns(scenario);
  const jobs = seedsOf(scenario.seed, scenario.replications).map((seed) => seedJob(scenario, designs, seed, options));
  const { results, interrupted } = await runSeeds(jobs, { verbose }, (done) => {
    // An expectation of something that there is not is found out early.
    if (done.length === 1) checkExpectations(scenario, done);
  });
  if (results.length === 0) return { checked: undefined, interrupted };
  const notes = new Set(
    results.flatMap((result) => result.designs.flatMap(({ figures }) => notesOf(scenario, figures))),
  );
  const seeds = results.map(({ seed }) => seed);
  const checked = { file, scenario: name, seeds, expect: checkExpectations(scenario, results), notes: [...notes] };
  return { checked, interrupted };
}
