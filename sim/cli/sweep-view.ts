import type { SweepResult } from '../index.ts';
import { chartSvg } from '../reports/charts/chart-svg.ts';
import { heatMapSvg } from '../reports/charts/heat-map-svg.ts';
import { sweepCsv } from '../reports/sweep-csv.ts';
import { sweepPictures, sweepReport, thresholdText } from '../reports/sweep-report.ts';
import { UsageError } from './exit.ts';
import type { Arguments } from './options.ts';
import { addToStepSummary, present } from './present.ts';

/** Shows what came of a sweep, whether it has just been run or is read from its rows. */
export function presentSweep(result: SweepResult, args: Arguments): void {
  const report = sweepReport(result);
  // `--out` is for the rows.
  const toStdout = { ...args, out: undefined };
  present(
    {
      report: () => report,
      json: () => withSentences(result),
      csv: () => sweepCsv(result),
      svg: () => firstPicture(result),
    },
    toStdout,
  );
  addToStepSummary(report);
}

/** One picture is one file: that of the first figure, or the phases. */
function firstPicture(result: SweepResult): string {
  const [picture] = sweepPictures(result);
  if (picture === undefined) {
    throw new UsageError('-o svg: there is no picture of this sweep; a grid over numbers has one');
  }
  return picture.kind === 'chart' ? chartSvg(picture) : heatMapSvg(picture);
}

/** Every threshold also says itself in words. */
function withSentences(result: SweepResult): unknown {
  const kinds = new Map(result.parameters.map(({ path, kind }) => [path, kind]));
  const thresholds = result.thresholds.map((one) => ({
    sentence: thresholdText(one, kinds.get(one.parameter) ?? null),
    ...one,
  }));
  return { ...result, thresholds };
}
