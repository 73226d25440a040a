import { area, line, max, min } from 'd3';
import type { Palette } from '../app/palette.ts';
import { BIN_MS } from '../model/series.ts';
import type { Series } from '../model/series.ts';
import type { ScenarioSummary } from '../worker/protocol.ts';
import type { Chart } from './charts.ts';
import { linear } from './linear.ts';
import type { Linear } from './linear.ts';

/** Dashes by lane, so that colour is not all that tells them apart. */
export const DASHES: readonly (readonly number[])[] = [[], [6, 3], [2, 2.5]];
export const CHART_HEIGHT = 44;
const PAD = 4;

/** Time of the shown stretch to pixels. */
export function timeScale(summary: ScenarioSummary, width: number): Linear {
  return linear([summary.fromMs, summary.untilMs], [0, width]);
}

export function drawFaults(
  context: CanvasRenderingContext2D,
  summary: ScenarioSummary,
  x: Linear,
  height: number,
  palette: Palette,
): void {
  context.save();
  context.fillStyle = palette.fault;
  context.globalAlpha = 0.13;
  for (const [fromMs, untilMs] of stretchesOf(summary)) {
    const from = Math.max(0, x(Math.max(fromMs, summary.fromMs)));
    const until = x(Math.min(untilMs, summary.untilMs));
    if (until > from) context.fillRect(from, 0, Math.max(1, until - from), height);
  }
  context.restore();
}

/** When there are faults: those that overlap are one stretch. They come in the order in which they begin. */
export function stretchesOf({ faults }: Pick<ScenarioSummary, 'faults'>): readonly (readonly [number, number])[] {
  const stretches: [number, number][] = [];
  for (const { fromMs, untilMs } of faults) {
    const last = stretches.at(-1);
    if (last !== undefined && fromMs <= last[1]) last[1] = Math.max(last[1], untilMs);
    else stretches.push([fromMs, untilMs]);
  }
  return stretches;
}

/** Draws a chart of all lanes; returns the highest value of its axis. */
export function drawChart(
  context: CanvasRenderingContext2D,
  chart: Chart,
  summary: ScenarioSummary,
  lanes: readonly (Series | undefined)[],
  width: number,
  palette: Palette,
): number {
  context.clearRect(0, 0, width, CHART_HEIGHT);
  const x = timeScale(summary, width);
  drawFaults(context, summary, x, CHART_HEIGHT, palette);
  const present = lanes.filter((series) => series !== undefined);
  const highest = max(present, (series) =>
    max([...chart.lines(series).map(({ values }) => max(values) ?? 0), max(chart.behind?.(series) ?? []) ?? 0]),
  );
  const top = chart.top ?? (highest === undefined || highest <= 0 ? 1 : highest * 1.05);
  const bottom = bottomOf(chart, present, top);
  const y = linear([bottom, top], [CHART_HEIGHT - PAD, PAD]);
  const at = (_: number, i: number): number => x(summary.fromMs + (i + 0.5) * BIN_MS);
  const isKnown = (value: number): boolean => !Number.isNaN(value);
  if (chart.behind !== undefined && present.length > 0) {
    context.beginPath();
    area<number>()
      .defined(isKnown)
      .x(at)
      .y0(y(bottom))
      .y1((value) => y(value))
      .context(context)(chart.behind(present[0]));
    context.fillStyle = palette.faint;
    context.fill();
  }
  context.strokeStyle = palette.line;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(0, CHART_HEIGHT - 0.5);
  context.lineTo(width, CHART_HEIGHT - 0.5);
  context.stroke();
  // The first lane is drawn last, on top.
  for (let i = lanes.length - 1; i >= 0; i--) {
    const series = lanes[i];
    if (series === undefined) continue;
    for (const { values, thin } of chart.lines(series)) {
      context.beginPath();
      line<number>()
        .defined(isKnown)
        .x(at)
        .y((value) => y(value))
        .context(context)(values);
      context.strokeStyle = palette.lanes[i];
      context.lineWidth = thin === true ? 0.8 : 1.7;
      context.setLineDash([...DASHES[i]]);
      context.stroke();
    }
  }
  context.setLineDash([]);
  label(context, chart.text(top), 9, palette);
  if (bottom > 0) label(context, chart.text(bottom), CHART_HEIGHT - 8, palette);
  return top;
}

/** An end of the axis, legible over whatever lies below it. */
function label(context: CanvasRenderingContext2D, text: string, y: number, palette: Palette): void {
  context.font = '10px system-ui, sans-serif';
  context.textBaseline = 'middle';
  context.fillStyle = palette.raised;
  context.fillRect(0, y - 6, context.measureText(text).width + 8, 12);
  context.fillStyle = palette.quiet;
  context.fillText(text, 4, y);
}

/** Where the axis begins: at 0, or for a chart that zooms at the tenth below its lowest value. */
export function bottomOf(chart: Chart, lanes: readonly Series[], top: number): number {
  if (chart.zooms !== true) return 0;
  const lowest = min(lanes, (series) => min(chart.lines(series)[0].values));
  return lowest === undefined ? 0 : Math.max(0, Math.floor((lowest / top) * 10 - 0.2) / 10) * top;
}
