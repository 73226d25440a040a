import { useSignalEffect } from '@preact/signals';
import type { Signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { fit } from '../app/canvas.ts';
import { palette } from '../app/palette.ts';
import { clockText } from '../model/format.ts';
import type { LaneData } from '../model/lane-data.ts';
import { analysed, clock, LETTERS, pointedAt, specs, version } from '../model/store.ts';
import type { ScenarioSummary } from '../worker/protocol.ts';
import { drawFaults, timeScale } from './draw-chart.ts';
import { uses } from '../model/uses.ts';

const ROW = 13;
const FAULT_ROW = 16;

/** One state changed, as the strip and the keyboard show it. */
export interface Marker {
  readonly at: number;
  readonly lane: number;
  readonly text: string;
  /** Towards more refusals, or the other way. */
  readonly closes: boolean;
}

/** The decisions of a lane that changed a state, in their order. */
export function markersOf(lane: LaneData, index: number): Marker[] {
  return lane.transitions.map(({ at, layer, key, from, to }) => {
    const { name, edge } = lane.layers[layer];
    const text = edge < 0 ? `${name}: ${from} to ${to}` : `${name}[${key}]: ${from} to ${to}`;
    return { at, lane: index, text, closes: to === 'open' || to === 'ejected' || Number(to) < Number(from) };
  });
}

export function allMarkers(): Marker[] {
  return analysed.value
    .flatMap((lane, i) => (lane === undefined ? [] : markersOf(lane, i)))
    .toSorted((a, b) => a.at - b.at);
}

/** Moves the playhead to the next decision that changed a state, or to the one before. */
export function jump(direction: 1 | -1): void {
  const times = allMarkers().map(({ at }) => at);
  const to = direction > 0 ? times.find((at) => at > clock.now + 60) : times.findLast((at) => at < clock.now - 60);
  if (to === undefined) return;
  clock.playing.value = false;
  clock.seek(to);
}

/** Faults by name, and below them each lane's decisions that changed a state. */
export function Events({ world, width }: { world: ScenarioSummary; width: Signal<number> }): JSX.Element {
  uses(version);
  const canvas = useRef<HTMLCanvasElement>(null);
  const height = FAULT_ROW + specs.value.length * ROW + 3;
  useSignalEffect(() => {
    uses(version);
    const wide = width.value;
    const colours = palette.value;
    const shown = analysed.value;
    if (canvas.current === null || wide === 0) return;
    const tall = FAULT_ROW + specs.value.length * ROW + 3;
    const context = fit(canvas.current, wide, tall);
    context.clearRect(0, 0, wide, tall);
    const x = timeScale(world, wide);
    drawFaults(context, world, x, tall, colours);
    context.font = '11px system-ui, sans-serif';
    context.textBaseline = 'middle';
    context.fillStyle = colours.fault;
    let free = -Infinity;
    for (const { label, fromMs } of world.faults) {
      const left = Math.max(0, x(fromMs)) + 4;
      if (left < free || left > wide - 20) continue;
      context.fillText(label, left, FAULT_ROW / 2 + 1);
      free = left + context.measureText(label).width + 10;
    }
    shown.forEach((lane, i) => {
      if (lane === undefined) return;
      const y = FAULT_ROW + i * ROW + ROW / 2;
      context.fillStyle = colours.lanes[i];
      for (const { at, closes } of markersOf(lane, i)) {
        const middle = x(at);
        context.beginPath();
        context.moveTo(middle - 3.5, closes ? y - 3.5 : y + 3.5);
        context.lineTo(middle + 3.5, closes ? y - 3.5 : y + 3.5);
        context.lineTo(middle, closes ? y + 3.5 : y - 3.5);
        context.fill();
      }
    });
  });
  const markers = allMarkers();
  const near = pointedAt.value ?? clock.shown.value;
  const nearest = markers.reduce<Marker | undefined>(
    (best, marker) => (best === undefined || Math.abs(marker.at - near) < Math.abs(best.at - near) ? marker : best),
    undefined,
  );
  const isNear = nearest !== undefined && Math.abs(nearest.at - near) < (world.untilMs - world.fromMs) / 80;
  const faults = world.faults.map(({ label, fromMs }) => `${label} at ${clockText(fromMs, 0)}`).join(', ');
  return (
    <div class="strip" data-chart="events">
      <div class="strip-head">
        <h3>Events</h3>
        <p>
          {isNear
            ? `${LETTERS[nearest.lane]} ${clockText(nearest.at, 1)} ${nearest.text}`
            : 'faults; states that layers changed'}
        </p>
      </div>
      <canvas
        ref={canvas}
        style={{ height: `${height}px` }}
        role="img"
        aria-label={`Faults: ${faults === '' ? 'none' : faults}. ${markers.length} decisions changed a state.`}
      />
      <div class="strip-value" />
    </div>
  );
}
