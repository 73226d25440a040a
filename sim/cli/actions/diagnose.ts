import { assembleDiagnosis, diagnoseSeed, planDiagnosis } from '../../index.ts';
import { diagnosisCsv, diagnosisReport } from '../../reports/diagnosis-report.ts';
import { EXIT } from '../exit.ts';
import { chosenDesign, load } from '../load.ts';
import type { Arguments } from '../options.ts';
import { isSet } from '../options.ts';
import { addToStepSummary, present } from '../present.ts';
import { noteInterrupted } from '../seeds.ts';
import { mapSeedsOnCores } from '../shared-runs.ts';

/** `overcontrol diagnose`: the failure modes of a design and of each layer, found by removing them. */
export async function diagnose(args: Arguments): Promise<number> {
  const { scenario, registry } = await load(String(args['file']), args);
  const design = chosenDesign(scenario, registry, args);
  const plan = planDiagnosis(scenario, registry, { design, eachLayer: !isSet(args, 'whole-only') });
  const { results, interrupted } = await mapSeedsOnCores(plan, (runs) => diagnoseSeed(plan, runs), args);
  if (results.length === 0) return noteInterrupted('no seed was done yet.');
  const diagnosis = assembleDiagnosis(plan, results);
  const report = diagnosisReport(scenario, diagnosis);
  present({ report: () => report, json: () => diagnosis, csv: () => diagnosisCsv(diagnosis) }, args);
  addToStepSummary(report);
  return interrupted ? noteInterrupted(`${results.length} of ${plan.jobs.length} seeds were done.`) : EXIT.ok;
}
