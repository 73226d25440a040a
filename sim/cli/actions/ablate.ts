import { ablateSeed, assembleAblation, planAblation } from '../../index.ts';
import { ablationCsv, ablationReport } from '../../reports/ablation-report.ts';
import { EXIT, UsageError } from '../exit.ts';
import { chosenDesign, load } from '../load.ts';
import type { Arguments } from '../options.ts';
import { repeatedOption, textOption } from '../options.ts';
import { addToStepSummary, present } from '../present.ts';
import { noteInterrupted } from '../seeds.ts';
import { mapSeedsOnCores } from '../shared-runs.ts';

/** `overcontrol ablate`: what each layer is worth, and the smallest sets of layers that meet the objective. */
export async function ablate(args: Arguments): Promise<number> {
  const { scenario, registry } = await load(String(args['file']), args);
  const plan = planAblation(scenario, registry, {
    design: chosenDesign(scenario, registry, args),
    objective: repeatedOption(args, 'objective'),
    ...squaresOf(args),
  });
  const { results, interrupted } = await mapSeedsOnCores(plan, (runs) => ablateSeed(plan, runs), args);
  if (results.length === 0) return noteInterrupted('no seed was done yet.');
  const ablation = assembleAblation(plan, results);
  const report = ablationReport(scenario, ablation);
  present({ report: () => report, json: () => ablation, csv: () => ablationCsv(ablation) }, args);
  addToStepSummary(report);
  return interrupted ? noteInterrupted(`${results.length} of ${plan.jobs.length} seeds were done.`) : EXIT.ok;
}

function squaresOf(args: Arguments): { squares?: number } {
  const written = textOption(args, 'squares');
  if (written === undefined) return {};
  const squares = Number(written);
  if (Number.isInteger(squares) && squares >= 1 && squares <= 1000) return { squares };
  throw new UsageError(`--squares: expected a whole number from 1 to 1000, not \`${written}\``);
}
