import {
  checkExpectations,
  expectedDesigns,
  formatRunFile,
  makeRunFile,
  runDocument,
  runsDocument,
  runSeedInSteps,
  seedJob,
  seedsOf,
  takeWithPauses,
} from '../../index.ts';
import type { DesignSpec, RunFigures, Scenario, SeedJob, SeedResult } from '../../index.ts';
import type { LoadedScenario } from '../../node.ts';
import { runCsv } from '../../reports/figures-csv.ts';
import { runReport } from '../../reports/run-report.ts';
import type { AnyRunDocument } from '../../reports/run-report.ts';
import { formatDuration } from '../../units/duration.ts';
import { EXIT, UsageError } from '../exit.ts';
import { pacing } from '../interrupt.ts';
import { chosenDesign, load, stackOf } from '../load.ts';
import type { Arguments } from '../options.ts';
import { isSet, textOption } from '../options.ts';
import { addToStepSummary, note, present, writeFile } from '../present.ts';
import { noteInterrupted, runSeeds, withInterrupt } from '../seeds.ts';

/** `overcontrol run`: one design over one seed, or over `--replications` of them. */
export async function run(args: Arguments): Promise<number> {
  const loaded = await load(String(args['file']), args);
  const design = chosenDesign(loaded.scenario, loaded.registry, args);
  const scenario = isSet(args, 'expect') ? expecting(loaded.scenario, design) : { ...loaded.scenario, expect: [] };
  return textOption(args, 'replications') === undefined
    ? runOnce({ ...loaded, scenario }, design, args)
    : runOften(scenario, design, args);
}

/** The scenario with the expectations of this design alone. */
function expecting(scenario: Scenario, design: DesignSpec): Scenario {
  const expect = scenario.expect.filter((one) => one.design === design.name);
  if (expect.length === 0) note(`${scenario.file} expects nothing of \`${design.name}\`: there is nothing to judge.`);
  return { ...scenario, expect };
}

function jobOf(scenario: Scenario, design: DesignSpec, seed: string, args: Arguments): SeedJob {
  const others = expectedDesigns(scenario).filter(({ name }) => name !== design.name);
  return seedJob(scenario, [design, ...others], seed, {
    references: !isSet(args, 'no-references'),
    verdicts: !isSet(args, 'no-verdicts'),
  });
}

// --- one seed --------------------------------------------------------------------------------------------------------

async function runOnce(loaded: LoadedScenario, design: DesignSpec, args: Arguments): Promise<number> {
  const { scenario, registry } = loaded;
  const job = jobOf(scenario, design, scenario.seed, args);
  return withInterrupt(async (interrupt, progress) => {
    if (isSet(args, 'verbose')) note(`running ${design.name}: ${stackOf(design)}`);
    let cutShort = (): { figures: RunFigures; until: number } | undefined => undefined;
    const steps = runSeedInSteps(job, registry);
    const pause = pacing(interrupt, (step: { share: number; at: string; cutShort: typeof cutShort }) => {
      progress.update(step.share, `running ${step.at}`);
      ({ cutShort } = step);
    });
    const result = await takeWithPauses(steps, pause);
    progress.stop();
    if (result !== undefined) return showOne(scenario, design, result, args);
    return showPartial(scenario, design, job, cutShort(), args);
  });
}

function showOne(scenario: Scenario, design: DesignSpec, result: SeedResult, args: Arguments): number {
  const expect = checkExpectations(scenario, [result]);
  const document = runDocument(scenario, result, design.name, expect);
  show(scenario, document, args);
  const file = textOption(args, 'out');
  if (file !== undefined) {
    writeFile(file, formatRunFile(makeRunFile(scenario, design, result.seed, document.digest)));
    note(`The run is saved in ${file}: overcontrol replay ${file}`);
  }
  return expect.every(({ ok }) => ok) ? EXIT.ok : EXIT.failed;
}

/** What there is of a run that was left early. */
function showPartial(
  scenario: Scenario,
  design: DesignSpec,
  { seed }: SeedJob,
  partial: { figures: RunFigures; until: number } | undefined,
  args: Arguments,
): number {
  if (partial === undefined || partial.figures.offered === 0) return noteInterrupted('nothing had been measured yet.');
  const { figures, until } = partial;
  const result: SeedResult = {
    seed,
    designs: [{ name: design.name, figures, fidelity: null }],
    pairs: [],
    revivals: null,
    simulated: figures.offered,
  };
  const { world } = scenario;
  const reached = `${formatDuration(Math.floor(until / 1e6) * 1e6)} of ${formatDuration(world.duration)}`;
  const what = until < world.duration ? `the figures are of the first ${reached}.` : 'its references were not run.';
  const cut = { ...scenario, world: { ...world, duration: until }, notes: [...scenario.notes, `Interrupted: ${what}`] };
  show(cut, runDocument(cut, result, design.name), args);
  return noteInterrupted(what);
}

// --- several seeds ---------------------------------------------------------------------------------------------------

async function runOften(scenario: Scenario, design: DesignSpec, args: Arguments): Promise<number> {
  if (textOption(args, 'out') !== undefined) {
    throw new UsageError('--out saves one run: give it without --replications.');
  }
  const seeds = seedsOf(scenario.seed, scenario.replications);
  const jobs = seeds.map((seed) => jobOf(scenario, design, seed, args));
  const { results, interrupted } = await runSeeds(jobs, { verbose: isSet(args, 'verbose') });
  if (results.length === 0) return noteInterrupted('no seed was done yet.');
  const expect = checkExpectations(scenario, results);
  show(scenario, runsDocument(scenario, results, design.name, expect), args);
  if (interrupted) return noteInterrupted(`${results.length} of ${jobs.length} seeds were done.`);
  return expect.every(({ ok }) => ok) ? EXIT.ok : EXIT.failed;
}

function show(scenario: Scenario, document: AnyRunDocument, args: Arguments): void {
  const report = runReport(scenario, document);
  // `--out` is for the run file.
  present({ report: () => report, json: () => document, csv: () => runCsv(document) }, args, undefined);
  addToStepSummary(report);
}
