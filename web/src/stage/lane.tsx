import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import { contextOf, fit } from '../app/canvas.ts';
import { palette } from '../app/palette.ts';
import { chaosAt } from '../chaos/chaos.tsx';
import { describeGraph, Graph } from '../graph/graph.tsx';
import { count, percent } from '../model/format.ts';
import type { LaneData } from '../model/lane-data.ts';
import {
  changeLane,
  clock,
  computing,
  flips,
  laneOf,
  lanes,
  LETTERS,
  level,
  removeLane,
  selected,
  specs,
  stopped,
  summary,
  version,
} from '../model/store.ts';
import { momentToDraw } from './calm.ts';
import { drawScenery } from './draw-beliefs.ts';
import { ParticleCanvas } from './draw-particles.ts';
import { columnsOf, FLOW_HEIGHT, geometryOf, heightFor } from './geometry.ts';
import type { Geometry } from './geometry.ts';
import { LayerControls, LayerHeads } from './layer-controls.tsx';
import { Particles, placeParticles } from './particles.ts';
import type { Followed } from './particles.ts';
import { describeMoment } from './describe.ts';
import { uses } from '../model/uses.ts';

/** One design: its name and figures, its stage, and the controls of its layers. */
export function Lane({ index }: { index: number }): JSX.Element {
  const isGraph = level.value === null;
  const edge = level.value ?? 0;
  const spec = specs.value[index];
  const lane = lanes.value[index];
  const world = summary.value;
  const layers = world === null ? [] : columnsOf({ spec }, edge);
  const beside = world?.designs.find(({ name }) => name === spec.design)?.layers.filter((one) => one.edge < 0) ?? [];
  const isChanged = spec.off.length > 0 || Object.keys(spec.lag).length > 0 || Object.keys(spec.cause).length > 0;
  return (
    <section class="lane" aria-label={`Design ${LETTERS[index]}: ${spec.design}`} data-lane={LETTERS[index]}>
      <header class="lane-head">
        <span class={`badge lane-${LETTERS[index].toLowerCase()}`} aria-hidden="true">
          {LETTERS[index]}
        </span>
        <label class="visually-hidden" for={`design-${index}`}>
          Design {LETTERS[index]}
        </label>
        <select
          id={`design-${index}`}
          value={spec.design}
          onChange={({ currentTarget }) => changeLane(index, () => laneOf(currentTarget.value))}
        >
          {world?.designs.map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
        <LaneFigures index={index} />
        {isChanged && (
          <button type="button" class="quiet" onClick={() => changeLane(index, () => laneOf(spec.design))}>
            Undo changes
          </button>
        )}
        {specs.value.length > 1 && (
          <button
            type="button"
            class="quiet"
            aria-label={`Remove design ${LETTERS[index]}`}
            onClick={() => removeLane(index)}
          >
            ×
          </button>
        )}
      </header>
      <div class="stage-scroll" tabIndex={0} role="group" aria-label={`Stage of design ${LETTERS[index]}`}>
        <div class="stage-inner">
          {isGraph ? (
            <>
              <Graph index={index} />
              <LayerControls index={index} layers={[]} beside={beside} />
            </>
          ) : (
            <>
              <LayerHeads index={index} layers={layers} />
              <Stage index={index} edge={edge} />
              <LayerControls index={index} layers={layers} beside={beside} />
            </>
          )}
        </div>
      </div>
      {stopped.value[index] !== null && stopped.value[index] !== undefined && (
        <p class="notice" role="alert">
          {stopped.value[index]}
        </p>
      )}
      {lane !== undefined && <MomentSummary index={index} />}
    </section>
  );
}

function LaneFigures({ index }: { index: number }): JSX.Element {
  uses(version);
  const lane = lanes.value[index];
  if (lane === undefined) return <span class="figures">computing …</span>;
  const { ended, served } = lane;
  const other = index === 0 ? 1 : 0;
  const { killed, saved } = flips.value;
  const lost = index === 0 ? killed.length : index === 1 ? saved.length : null;
  return (
    <span class="figures" data-served={ended === 0 ? '' : (served / ended).toFixed(5)}>
      <strong>{percent(ended === 0 ? NaN : served / ended)}</strong> served
      {lost !== null && lanes.value[other] !== undefined && (
        <>
          {' · '}
          <strong class={lost > 0 ? 'bad' : ''}>{count(lost)}</strong> lost that {LETTERS[other]} served
        </>
      )}
      {computing.value[index] && !lane.isWhole && ' · computing …'}
    </span>
  );
}

/** A sentence on what the stage shows now, for those who cannot see it. */
function MomentSummary({ index }: { index: number }): JSX.Element {
  const lane = lanes.value[index];
  uses(version, clock.shown);
  if (lane === undefined) return <p class="summary" />;
  const text = level.value === null ? describeGraph(lane, clock.now) : describeMoment(lane, level.value, clock.now);
  return <p class="summary">{text}</p>;
}

function Stage({ index, edge }: { index: number; edge: number }): JSX.Element {
  const scenery = useRef<HTMLCanvasElement>(null);
  const flow = useRef<HTMLCanvasElement>(null);
  const width = useSignal(0);
  const height = useComputed(() => (summary.value === null ? FLOW_HEIGHT : heightFor(summary.value, edge)));

  useEffect(() => {
    const box = scenery.current!.parentElement!;
    const observer = new ResizeObserver(() => (width.value = box.clientWidth));
    observer.observe(box);
    width.value = box.clientWidth;
    return () => observer.disconnect();
  }, [width]);

  const painter = useRef<Painter | null>(null);
  useEffect(() => {
    painter.current = new Painter(scenery.current!, flow.current!);
    const stop = clock.onFrame(() => painter.current!.paint(lanes.value[index], edge, width.value));
    return stop;
  }, [index, edge, width]);
  useSignalEffect(() => {
    uses(palette);
    painter.current?.forget();
  });
  useSignalEffect(() => {
    uses(version);
    painter.current?.lookAgain();
  });

  const strike = (event: MouseEvent): void => {
    const lane = lanes.value[index];
    if (lane === undefined) return;
    const box = scenery.current!.getBoundingClientRect();
    const instance = instanceAt(lane, edge, width.value, event.clientX - box.left, event.clientY - box.top);
    if (instance >= 0) chaosAt(lane.summary.edges[edge].to, instance, event.clientX, event.clientY);
  };
  return (
    <div class="stage" style={{ height: `${height.value}px` }} onClick={strike}>
      <canvas ref={scenery} aria-hidden="true" />
      <canvas ref={flow} class="flow" aria-hidden="true" />
    </div>
  );
}

function instanceAt(lane: LaneData, edge: number, width: number, x: number, y: number): number {
  const geometry = geometryOf(lane, edge, width);
  if (x < geometry.instancesX - 4) return -1;
  if (y < FLOW_HEIGHT) {
    const nearest = Math.floor(((y - 14) / (FLOW_HEIGHT - 28)) * geometry.instances);
    return Math.min(geometry.instances - 1, Math.max(0, nearest));
  }
  const row = Math.floor((y - geometry.tableTop) / 15);
  return row >= 0 && row < geometry.instances && geometry.rows === geometry.instances ? row : -1;
}

/** Paints one lane: the scenery when a new sample is due, the particles with every frame. */
class Painter {
  private readonly scenery: HTMLCanvasElement;
  private readonly flow: HTMLCanvasElement;
  private readonly particles = new Particles();
  private readonly picture = new ParticleCanvas();
  private readonly followed: Followed = { x: 0, y: 0, visible: false, note: '' };
  private geometry: Geometry | null = null;
  private lane: LaneData | null = null;
  private sample = -2;
  private legs = 0;
  private painted = NaN;
  private paintedSelection: number | null = null;

  constructor(scenery: HTMLCanvasElement, flow: HTMLCanvasElement) {
    this.scenery = scenery;
    this.flow = flow;
  }

  /** Everything is to be drawn anew. */
  forget(): void {
    this.sample = -2;
    this.painted = NaN;
  }

  /** What is drawn is drawn anew if the lane has grown since: the other lanes stay as they are. */
  lookAgain(): void {
    if (this.lane !== null && this.lane.legCount !== this.legs) this.forget();
  }

  paint(lane: LaneData | undefined, edge: number, width: number): void {
    if (lane === undefined || width === 0) return;
    if (this.lane !== lane || this.geometry?.width !== width || this.geometry.edge !== edge) {
      this.lane = lane;
      this.geometry = geometryOf(lane, edge, width);
      place(this.scenery, width, this.geometry.height);
      place(this.flow, width, FLOW_HEIGHT);
      this.forget();
    }
    const now = momentToDraw();
    const sample = lane.sampleAt(now);
    if (sample !== this.sample) {
      this.sample = sample;
      drawScenery(contextOf(this.scenery), lane, this.geometry, now, palette.value);
    }
    if (now === this.painted && this.paintedSelection === selected.value) return;
    this.painted = now;
    this.legs = lane.legCount;
    this.paintedSelection = selected.value;
    this.paintFlow(lane, this.geometry, now);
  }

  private paintFlow(lane: LaneData, geometry: Geometry, now: number): void {
    const context = contextOf(this.flow);
    const { particles, followed } = this;
    placeParticles(lane, geometry, now, clock.travel, particles, selected.value, followed);
    this.picture.draw(context, particles, palette.value, geometry.width, FLOW_HEIGHT);
    if (followed.visible) this.paintFollowed(context);
  }

  /** A ring around the request whose story is told. */
  private paintFollowed(context: CanvasRenderingContext2D): void {
    const { x, y, note } = this.followed;
    context.lineWidth = 2;
    context.strokeStyle = palette.value.ink;
    context.beginPath();
    context.arc(x, y, 9, 0, 2 * Math.PI);
    context.stroke();
    context.lineWidth = 1;
    context.beginPath();
    context.arc(x, y, 13, 0, 2 * Math.PI);
    context.stroke();
    if (note === '') return;
    const isRight = x > this.geometry!.width * 0.62;
    context.font = '600 12px system-ui, sans-serif';
    context.textBaseline = 'middle';
    context.textAlign = isRight ? 'right' : 'left';
    context.strokeStyle = palette.value.raised;
    context.lineWidth = 4;
    context.lineJoin = 'round';
    const at = x + (isRight ? -18 : 18);
    context.strokeText(note, at, y);
    context.fillStyle = palette.value.ink;
    context.fillText(note, at, y);
  }
}

function place(canvas: HTMLCanvasElement, width: number, height: number): void {
  fit(canvas, width, height);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
}
