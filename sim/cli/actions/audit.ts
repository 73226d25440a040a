import { dirname, relative, resolve } from 'node:path';
import {
  ablateSeed,
  assembleAblation,
  assembleAudit,
  assembleDiagnosis,
  diagnoseSeed,
  guardScenario,
  planAblation,
  planAudit,
  planDiagnosis,
} from '../../index.ts';
import type { Ablation, Audit, DesignSpec, Diagnosis } from '../../index.ts';
import type { LoadedScenario } from '../../node.ts';
import { auditReport } from '../../reports/audit-report.ts';
import { EXIT, UsageError } from '../exit.ts';
import { chosenDesign, load } from '../load.ts';
import type { Arguments } from '../options.ts';
import { countOption, isSet, textOption } from '../options.ts';
import { addToStepSummary, note, present, writeFile } from '../present.ts';
import { noteInterrupted, runSeeds } from '../seeds.ts';
import { mapSeedsOnCores } from '../shared-runs.ts';

/** `overcontrol audit`: the whole process of a design review, as one report. */
export async function audit(args: Arguments): Promise<number> {
  const loaded = await load(String(args['file']), args);
  const { scenario, registry } = loaded;
  const design = chosenDesign(scenario, registry, args);
  if (textOption(args, 'guard') !== undefined && !scenario.designs.includes(design)) {
    throw new UsageError(
      '--guard: the expectations are of a design of the file: give it without --without and --only.',
    );
  }
  const plan = planAudit(scenario, registry, design);
  const how = { verbose: isSet(args, 'verbose'), workers: countOption(args, 'workers', 256), remember: true };
  const { results, interrupted } = await runSeeds(plan.jobs, how);
  if (interrupted || results.length === 0) return noteInterrupted('the design and its changes were not measured.');
  const made = isSet(args, 'quick') ? { diagnosis: null, ablation: null } : await explainFurther(loaded, design, args);
  if (made === undefined) return noteInterrupted('the design was not diagnosed.');
  const audited = assembleAudit(plan, results, made.diagnosis, made.ablation);
  const report = auditReport(scenario, audited);
  present({ report: () => report, json: () => audited }, args);
  addToStepSummary(report);
  writeGuard(scenario.file, audited, args);
  return EXIT.ok;
}

/** Why it fails, and what suffices; undefined where somebody pressed Ctrl-C. */
async function explainFurther(
  { scenario, registry }: LoadedScenario,
  design: DesignSpec,
  args: Arguments,
): Promise<{ diagnosis: Diagnosis; ablation: Ablation } | undefined> {
  const diagnosed = planDiagnosis(scenario, registry, { design });
  const why = await mapSeedsOnCores(diagnosed, (runs) => diagnoseSeed(diagnosed, runs), args);
  if (why.interrupted) return undefined;
  const ablated = planAblation(scenario, registry, { design });
  const worth = await mapSeedsOnCores(ablated, (runs) => ablateSeed(ablated, runs), args);
  if (worth.interrupted) return undefined;
  return { diagnosis: assembleDiagnosis(diagnosed, why.results), ablation: assembleAblation(ablated, worth.results) };
}

function writeGuard(file: string, { scenario, design, watch }: Audit, args: Arguments): void {
  const guard = textOption(args, 'guard');
  if (guard === undefined) return;
  const base = relative(dirname(resolve(guard)), resolve(file)).replaceAll('\\', '/');
  writeFile(guard, guardScenario(scenario, base, design, watch));
  note(`The expectations to keep are in ${guard}: overcontrol check ${guard}`);
}
