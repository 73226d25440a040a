import { changesBetween, diffDesigns, effectJobs, effectOf, writtenScenario } from '../../index.ts';
import type { DesignDiff, DiffSide, Effect } from '../../index.ts';
import { diffReport } from '../../reports/diff-report.ts';
import { EXIT, UsageError } from '../exit.ts';
import { designNamed, load } from '../load.ts';
import type { Arguments } from '../options.ts';
import { countOption, isSet, listOption, textOption } from '../options.ts';
import { addToStepSummary, present } from '../present.ts';
import { noteInterrupted, runSeeds } from '../seeds.ts';

/** `overcontrol diff`: what changes from one design to another, and what that does. */
export async function diff(args: Arguments): Promise<number> {
  const [first, second] = wanted(args);
  const before = await sideOf(first, args);
  const after = await sideOf(second, args);
  const changed = changesBetween(before, after).length > 0;
  if (isSet(args, 'no-run') || !changed) return show(diffDesigns(before, after, null), args);
  const jobs = effectJobs(before, after);
  const { results, interrupted } = await runSeeds(jobs, {
    verbose: isSet(args, 'verbose'),
    workers: countOption(args, 'workers', 256),
  });
  const effect: Effect | null = results.length === 0 ? null : effectOf(before, after, results);
  const code = show(diffDesigns(before, after, effect?.seeds.length === 0 ? null : effect), args);
  return interrupted ? noteInterrupted(`${results.length} of ${jobs.length} runs were done.`) : code;
}

function show(difference: DesignDiff, args: Arguments): number {
  const report = diffReport(difference);
  present({ report: () => report, json: () => difference }, args);
  addToStepSummary(report);
  return isSet(args, 'exit-code') && difference.changes.length > 0 ? EXIT.failed : EXIT.ok;
}

interface Wanted {
  readonly file: string;
  readonly design: string;
}

/** Two files, each with its design; or two designs of one. */
function wanted(args: Arguments): [Wanted, Wanted] {
  const before = String(args['before']);
  const after = textOption(args, 'after');
  const designs = listOption(args, 'designs');
  if (designs === undefined) {
    if (after !== undefined) return [splitName(before), splitName(after)];
    throw new UsageError('`diff` needs two sides: a second file, or --designs before,after');
  }
  if (after !== undefined) throw new UsageError('Give either two files or --designs, not both.');
  if (designs.length !== 2)
    throw new UsageError(`--designs: expected two names, such as layered,propagated, not ${designs.length}`);
  const [a, b] = designs.map((design) => ({ file: before, design }));
  return [a, b];
}

function splitName(given: string): Wanted {
  const hash = given.lastIndexOf('#');
  return hash < 0 ? { file: given, design: 'layered' } : { file: given.slice(0, hash), design: given.slice(hash + 1) };
}

async function sideOf({ file, design }: Wanted, args: Arguments): Promise<DiffSide> {
  const { scenario, registry, source } = await load(file, args);
  return { scenario, registry, design: designNamed(scenario, design), written: writtenScenario(file, source) };
}
