import { clockText } from '../model/format.ts';
import { BIN_MS } from '../model/series.ts';
import type { Series } from '../model/series.ts';
import type { ScenarioSummary } from '../worker/protocol.ts';
import type { Chart } from './charts.ts';

/** What a chart shows, in a sentence: its mean and its extreme in each lane. */
export function summaryOf(
  chart: Chart,
  summary: ScenarioSummary,
  lanes: readonly (Series | undefined)[],
  names: readonly string[],
): string {
  const parts = lanes.flatMap((series, lane) => {
    if (series === undefined) return [];
    const { values } = chart.lines(series)[0];
    let total = 0;
    let known = 0;
    let extreme = -1;
    const isLow = chart.id === 'goodput' || chart.id === 'fidelity';
    for (let i = 0; i < values.length; i++) {
      if (Number.isNaN(values[i])) continue;
      total += values[i];
      known++;
      if (extreme < 0 || (isLow ? values[i] < values[extreme] : values[i] > values[extreme])) extreme = i;
    }
    if (known === 0) return [];
    const when = clockText(summary.fromMs + extreme * BIN_MS, 0);
    const word = isLow ? 'lowest' : 'highest';
    return [
      `${names[lane]}: ${chart.text(total / known)} on average, ${word} ${chart.text(values[extreme])} at ${when}`,
    ];
  });
  return parts.length === 0 ? 'nothing yet' : parts.join('; ');
}
