import { useSignal, useSignalEffect } from '@preact/signals';
import { linkHorizontal, linkVertical } from 'd3';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { contextOf, fit } from '../app/canvas.ts';
import { palette } from '../app/palette.ts';
import { clockText, count } from '../model/format.ts';
import type { LaneData } from '../model/lane-data.ts';
import { clock, lanes, layersOf, LETTERS, level, specs, summary, version } from '../model/store.ts';
import { uses } from '../model/uses.ts';
import { momentToDraw } from '../stage/calm.ts';
import { ParticleCanvas } from '../stage/draw-particles.ts';
import { Particles } from '../stage/particles.ts';
import type { ScenarioSummary } from '../worker/protocol.ts';
import type { EdgeFigures } from './edge-figures.ts';
import { edgeFiguresAt, figuresText, gapAt, serviceAt } from './edge-figures.ts';
import type { GraphEdge, GraphLayout, GraphNode } from './layout.ts';
import { layoutOf } from './layout.ts';
import { placeTravellers } from './travellers.ts';

function pathOf({ isUpright, x0, y0, x1, y1 }: GraphEdge): string {
  const link = isUpright ? linkVertical() : linkHorizontal();
  return link({ source: [x0, y0], target: [x1, y1] }) ?? '';
}

/** All services of a lane and the calls between them; an edge leads down to its layers. */
export function Graph({ index }: { index: number }): JSX.Element | null {
  const box = useRef<HTMLDivElement>(null);
  const width = useSignal(0);
  useEffect(() => {
    const observer = new ResizeObserver(() => (width.value = box.current!.clientWidth));
    observer.observe(box.current!);
    width.value = box.current!.clientWidth;
    return () => observer.disconnect();
  }, [width]);
  const world = summary.value;
  if (world === null) return null;
  const graph = layoutOf(world, width.value);
  return (
    <div
      ref={box}
      class={graph.isUpright ? 'graph is-upright' : 'graph'}
      style={{ height: `${graph.height}px`, minWidth: `${graph.width > width.value ? graph.width : 0}px` }}
    >
      {width.value > 0 && <Drawn index={index} graph={graph} world={world} />}
    </div>
  );
}

interface DrawnProps {
  readonly index: number;
  readonly graph: GraphLayout;
  readonly world: ScenarioSummary;
}

function Drawn({ index, graph, world }: DrawnProps): JSX.Element {
  uses(version, clock.shown);
  const lane = lanes.value[index];
  const sample = lane?.sampleAt(clock.now) ?? -1;
  const figures = lane === undefined ? [] : edgeFiguresAt(lane, clock.now);
  const busiest = Math.max(1, ...figures.map(({ rate }) => rate));
  const layers = layersOf(specs.value[index]);
  return (
    <>
      <svg width={graph.width} height={graph.height} aria-hidden="true">
        {graph.edges.map((edge, i) => (
          <path
            key={`${edge.from.name}>${edge.to.name}`}
            class="edge-line"
            d={pathOf(edge)}
            stroke-width={2 + 16 * Math.sqrt((figures[i]?.rate ?? 0) / busiest)}
            onClick={() => (level.value = i)}
          />
        ))}
      </svg>
      <Travellers index={index} graph={graph} />
      {graph.nodes.map((node) => (
        <Node key={node.name} node={node} size={graph.node} world={world} lane={lane} sample={sample} />
      ))}
      {graph.edges.map((edge, i) => (
        <EdgeLabel
          key={`${edge.from.name}>${edge.to.name}`}
          edge={edge}
          number={i}
          letter={LETTERS[index]}
          layers={layers.filter((layer) => layer.edge === i).map(({ name }) => name)}
          figures={figures[i]}
          gap={lane === undefined ? '' : gapAt(lane, i, sample)}
        />
      ))}
    </>
  );
}

interface NodeProps {
  readonly node: GraphNode;
  readonly size: GraphLayout['node'];
  readonly world: ScenarioSummary;
  readonly lane: LaneData | undefined;
  readonly sample: number;
}

function Node({ node, size, world, lane, sample }: NodeProps): JSX.Element {
  const { name, service, x, y } = node;
  const place = { left: `${x}px`, top: `${y}px`, width: `${size.width}px`, height: `${size.height}px` };
  if (service < 0) {
    const clients = world.traffic.find((traffic) => traffic.name === name)?.clients ?? 0;
    return (
      <div class="node is-clients" style={place}>
        <strong>{name}</strong>
        <span>{clients === 1 ? '1 client' : `${count(clients)} clients`}</span>
      </div>
    );
  }
  const { slots, instances } = world.services[service];
  const now = lane === undefined || sample < 0 ? null : serviceAt(lane, service, sample);
  const share = now === null ? 0 : Math.min(1, now.load / Math.max(1, now.ready * slots));
  return (
    <div class="node" style={place} data-service={name}>
      <strong>{name}</strong>
      <span>
        {now === null ? `× ${instances}` : `${now.ready} ready${size.width < 100 ? '' : ` · ${count(now.load)} in it`}`}
      </span>
      <span class="node-load" style={{ '--share': share.toFixed(3) }} />
      {now !== null && now.ill > 0 && <span class="node-ill">▲ {now.ill} not well</span>}
    </div>
  );
}

interface EdgeLabelProps {
  readonly edge: GraphEdge;
  readonly number: number;
  readonly letter: string;
  readonly layers: readonly string[];
  readonly figures: EdgeFigures | undefined;
  readonly gap: string;
}

function EdgeLabel({ edge, number, letter, layers, figures, gap }: EdgeLabelProps): JSX.Element {
  const { from, to, labelX, labelY } = edge;
  return (
    <button
      type="button"
      class={gap === '' ? 'edge-label' : 'edge-label has-gap'}
      style={{ left: `${labelX}px`, top: `${labelY}px` }}
      data-edge={`${from.name}>${to.name}`}
      title={`${from.name} → ${to.name}: ${layers.length === 0 ? 'no layers' : layers.join(', ')}`}
      onClick={() => (level.value = number)}
    >
      <span class="visually-hidden">
        Design {letter}, from {from.name} to {to.name}:{' '}
      </span>
      <strong>{layers.length === 0 ? 'no layers' : layers.join(' › ')}</strong>
      <span class="edge-figures">{figures === undefined ? '' : figuresText(figures)}</span>
      {gap !== '' && <span class="edge-gap">{gap}</span>}
    </button>
  );
}

function Travellers({ index, graph }: { index: number; graph: GraphLayout }): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const painted = useRef<{ now: number; lane: LaneData | undefined }>({ now: NaN, lane: undefined });
  useEffect(() => {
    const particles = new Particles();
    const picture = new ParticleCanvas();
    fit(canvas.current!, graph.width, graph.height);
    painted.current.now = NaN;
    return clock.onFrame(() => {
      const lane = lanes.value[index];
      const now = momentToDraw();
      if (lane === undefined || (painted.current.now === now && painted.current.lane === lane)) return;
      painted.current = { now, lane };
      placeTravellers(lane, graph, now, clock.travel, particles);
      picture.draw(contextOf(canvas.current!), particles, palette.value, graph.width, graph.height);
    });
  }, [index, graph.width, graph.height]);
  useSignalEffect(() => {
    uses(version, palette);
    painted.current.now = NaN;
  });
  return (
    <canvas
      ref={canvas}
      class="flow"
      style={{ width: `${graph.width}px`, height: `${graph.height}px` }}
      aria-hidden="true"
    />
  );
}

/** What the graph shows at a moment, in a sentence. */
export function describeGraph(lane: LaneData, now: number): string {
  const sample = lane.sampleAt(now);
  const figures = edgeFiguresAt(lane, now);
  const parts = lane.summary.edges.map(({ from, to }, i) => {
    const gap = gapAt(lane, i, sample);
    return `${from} to ${to} ${figuresText(figures[i])}${gap === '' ? '' : ` (${gap})`}`;
  });
  return `At ${clockText(now, 1)} ${parts.join('; ')}.`;
}
