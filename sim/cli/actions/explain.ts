import { explainInSteps, takeWithPauses } from '../../index.ts';
import type { Choice, WorstKind } from '../../index.ts';
import { chromeTrace } from '../../reports/traces/chrome-trace.ts';
import { otlpTrace } from '../../reports/traces/otlp.ts';
import { explanationReport } from '../../reports/explanation-report.ts';
import { EXIT, UsageError } from '../exit.ts';
import { pacing } from '../interrupt.ts';
import { chosenDesign, load } from '../load.ts';
import type { Arguments } from '../options.ts';
import { textOption } from '../options.ts';
import { addToStepSummary, present } from '../present.ts';
import { noteInterrupted, withInterrupt } from '../seeds.ts';

/** `overcontrol explain`: one request's story. */
export async function explain(args: Arguments): Promise<number> {
  const choice = choiceOf(args);
  const { scenario, registry } = await load(String(args['file']), args);
  const design = chosenDesign(scenario, registry, args);
  const steps = explainInSteps(scenario, design, scenario.seed, choice, registry);
  const explanation = await withInterrupt((interrupt, progress) =>
    takeWithPauses(
      steps,
      pacing(interrupt, (share) => progress.update(share, 'looking for the request')),
    ),
  );
  if (explanation === undefined) return noteInterrupted('the request had not been found yet.');
  const report = explanationReport(explanation, design);
  present(
    {
      report: () => report,
      json: () => explanation,
      chromeTrace: () => chromeTrace(explanation),
      otlp: () => otlpTrace(explanation),
    },
    args,
  );
  addToStepSummary(report);
  return EXIT.ok;
}

function choiceOf(args: Arguments): Choice {
  const given = ['first', 'request', 'worst'].filter((name) => textOption(args, name) !== undefined);
  if (given.length > 1) throw new UsageError(`Give either --${given.join(' or --')}, not both.`);
  const request = textOption(args, 'request');
  const worst = textOption(args, 'worst');
  if (worst !== undefined) return { worst: worst as WorstKind };
  if (request === undefined) return { first: (textOption(args, 'first') ?? 'killed') as 'killed' };
  if (!/^\d+$/.test(request)) throw new UsageError(`--request: expected the number of a request, not \`${request}\``);
  return { request: Number(request) };
}
