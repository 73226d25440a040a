import { useSignal, useSignalEffect } from '@preact/signals';
import type { Signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { fit } from '../app/canvas.ts';
import { palette } from '../app/palette.ts';
import { clockText } from '../model/format.ts';
import { BIN_MS } from '../model/series.ts';
import { analysed, clock, LETTERS, pointedAt, series, specs, summary, version } from '../model/store.ts';
import type { ScenarioSummary } from '../worker/protocol.ts';
import type { Chart } from './charts.ts';
import { CHARTS } from './charts.ts';
import { CHART_HEIGHT, drawChart, timeScale } from './draw-chart.ts';
import { Events } from './events.tsx';
import { linear } from './linear.ts';
import { summaryOf } from './summaries.ts';
import { uses } from '../model/uses.ts';

/** All designs over time, one strip a figure, with one playhead and one cross-hair through all of them. */
export function Timeline(): JSX.Element | null {
  const width = useSignal(0);
  const plot = useRef<HTMLDivElement>(null);
  const head = useRef<HTMLDivElement>(null);
  const hair = useRef<HTMLDivElement>(null);
  const world = summary.value;
  const isOpen = world !== null;

  useEffect(() => {
    if (plot.current === null) return undefined;
    const box = plot.current;
    const observer = new ResizeObserver(() => (width.value = box.clientWidth));
    observer.observe(box);
    width.value = box.clientWidth;
    return () => observer.disconnect();
  }, [isOpen, width]);
  useEffect(
    () =>
      clock.onFrame(() => {
        if (summary.value === null || head.current === null) return;
        const x = timeScale(summary.value, width.value);
        placeAt(head.current, x(clock.now));
        if (hair.current === null) return;
        hair.current.hidden = pointedAt.value === null;
        if (pointedAt.value !== null) placeAt(hair.current, x(pointedAt.value));
      }),
    [width],
  );
  if (world === null) return null;
  const timeOf = (event: { clientX: number }): number => {
    const box = plot.current!.getBoundingClientRect();
    const time = linear([0, width.value], [world.fromMs, world.untilMs]);
    return time(Math.min(Math.max(0, event.clientX - box.left), box.width));
  };
  const wanted = CHARTS.filter(
    ({ isWanted }) => isWanted === undefined || series.value.some((one) => one !== undefined && isWanted(one)),
  );
  return (
    <section class="timeline" aria-labelledby="timeline-title">
      <h2 id="timeline-title" class="visually-hidden">
        Timeline
      </h2>
      <div class="plot-area">
        <div class="strip scrub-strip">
          <div class="strip-head">
            <label for="scrubber">Time</label>
          </div>
          <Scrubber world={world} />
        </div>
        <Events world={world} width={width} />
        {wanted.map((chart) => (
          <Strip key={chart.id} chart={chart} world={world} width={width} />
        ))}
        <div
          class="plot"
          ref={plot}
          data-testid="plot"
          onPointerMove={(event) => {
            pointedAt.value = timeOf(event);
            if (event.buttons === 1) clock.seek(timeOf(event));
          }}
          onPointerLeave={() => (pointedAt.value = null)}
          onPointerDown={(event) => {
            clock.playing.value = false;
            clock.seek(timeOf(event));
          }}
        >
          <div class="playhead" ref={head} />
          <div class="cross-hair" ref={hair} hidden />
        </div>
      </div>
    </section>
  );
}

/** The time as a slider; it follows the playback, so that the strips around it need not. */
function Scrubber({ world }: { world: ScenarioSummary }): JSX.Element {
  return (
    <>
      <input
        id="scrubber"
        type="range"
        min={world.fromMs}
        max={world.untilMs}
        step={50}
        value={clock.shown.value}
        aria-valuetext={clockText(clock.shown.value, 1)}
        onInput={({ currentTarget }) => {
          clock.playing.value = false;
          clock.seek(currentTarget.valueAsNumber);
        }}
      />
      <span class="strip-value">{clockText(clock.shown.value, 1)}</span>
    </>
  );
}

/** Moves a line by whole pixels: between two of them there is nothing to draw. */
function placeAt(line: HTMLElement, x: number): void {
  const wanted = `translateX(${Math.round(x * devicePixelRatio) / devicePixelRatio}px)`;
  if (line.style.transform !== wanted) line.style.transform = wanted;
}

interface StripProps {
  readonly chart: Chart;
  readonly world: ScenarioSummary;
  readonly width: Signal<number>;
}

function Strip({ chart, world, width }: StripProps): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  useSignalEffect(() => {
    const wide = width.value;
    const lines = series.value;
    const colours = palette.value;
    if (canvas.current === null || wide === 0) return;
    drawChart(fit(canvas.current, wide, CHART_HEIGHT), chart, summary.value ?? world, lines, wide, colours);
  });
  uses(version);
  const text = summaryOf(
    chart,
    world,
    series.value,
    specs.value.map(({ design }, i) => `${LETTERS[i]} (${design})`),
  );
  return (
    <div class="strip" data-chart={chart.id}>
      <div class="strip-head">
        <h3>{chart.title}</h3>
        <p>{chart.about}</p>
      </div>
      <canvas ref={canvas} role="img" aria-label={`${chart.title}. ${text}`} />
      <Readout chart={chart} />
    </div>
  );
}

/** The values under the cross-hair, or at the playhead. */
function Readout({ chart }: { chart: Chart }): JSX.Element {
  const at = pointedAt.value ?? clock.shown.value;
  return (
    <div class="strip-value" aria-hidden="true">
      {analysed.value.map((lane, i) => {
        const line = series.value[i];
        if (lane === undefined || line === undefined) return null;
        const value = chart.lines(line)[0].values[Math.floor((at - lane.summary.fromMs) / BIN_MS)];
        return (
          <span key={LETTERS[i]} class={`value-${LETTERS[i].toLowerCase()}`}>
            {value === undefined || Number.isNaN(value) ? '–' : chart.text(value)}
          </span>
        );
      })}
    </div>
  );
}
