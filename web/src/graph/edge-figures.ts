import type { LaneData } from '../model/lane-data.ts';
import { count, percent } from '../model/format.ts';

/** What is shown of an edge is that of the last second. */
const SPAN_MS = 1000;
const OK = 0;
const OPEN = 2;

/** What an edge carried in the last second. */
export interface EdgeFigures {
  /** Attempts a second. */
  readonly rate: number;
  /** Share of them that were answered well; NaN without any. */
  readonly well: number;
}

/** By edge. */
export function edgeFiguresAt(lane: LaneData, now: number): readonly EdgeFigures[] {
  const { edge, end, kind } = lane.legs;
  const edges = lane.summary.edges.length;
  const ended = new Uint32Array(edges);
  const well = new Uint32Array(edges);
  for (let i = lane.firstLegFrom(now - SPAN_MS); i < lane.legCount && end.values[i] <= now; i++) {
    ended[edge.values[i]]++;
    if (kind.values[i] === OK) well[edge.values[i]]++;
  }
  return Array.from(ended, (number, i) => ({
    rate: (number * 1000) / SPAN_MS,
    well: number === 0 ? NaN : well[i] / number,
  }));
}

export function figuresText({ rate, well }: EdgeFigures): string {
  return rate === 0 ? 'nothing' : `${count(rate)}/s · ${percent(well, 0)} well`;
}

/** Where the layers of an edge are most wrong at a sample, in a few words; empty if they are right. */
export function gapAt(lane: LaneData, edge: number, sample: number): string {
  const service = lane.summary.services.findIndex(({ name }) => name === lane.summary.edges[edge].to);
  const load = lane.serviceGroup('load', service);
  const health = lane.serviceGroup('health', service);
  if (load === undefined || health === undefined || sample < 0) return '';
  let wrongly = 0;
  let misplaced = 0;
  lane.layers.forEach((layer, index) => {
    if (layer.edge !== edge) return;
    const believed = layer.kind === 'loadBalancer' ? lane.group('believed', index) : undefined;
    for (let i = 0; i < (believed?.count ?? 0); i++) {
      const off = Math.abs(lane.at(sample, believed!.offset + i) - lane.at(sample, load.offset + i));
      if (off > 0) misplaced += off;
    }
    const states = lane.group('state', index);
    if (states === undefined || states.count !== health.count) return;
    for (let i = 0; i < states.count; i++) {
      if (lane.at(sample, states.offset + i) === OPEN && lane.at(sample, health.offset + i) === 0) wrongly++;
    }
  });
  if (wrongly > 0) return `${wrongly} wrongly shut out`;
  // A few requests more or less are only those on their way.
  const enough = 2 + 0.1 * total(lane, load.offset, load.count, sample);
  return misplaced > enough ? `off by ${count(Math.round(misplaced))} requests` : '';
}

function total(lane: LaneData, offset: number, length: number, sample: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += lane.at(sample, offset + i);
  return sum;
}

/** A service at a sample: its load, and how many of its instances are not well. */
export function serviceAt(
  lane: LaneData,
  service: number,
  sample: number,
): { load: number; ill: number; ready: number } {
  const load = lane.serviceGroup('load', service)!;
  const health = lane.serviceGroup('health', service)!;
  const replicas = lane.serviceGroup('replicas', service)!;
  let ill = 0;
  for (let i = 0; i < health.count; i++) if (lane.at(sample, health.offset + i) !== 0) ill++;
  return { load: total(lane, load.offset, load.count, sample), ill, ready: lane.at(sample, replicas.offset + 2) };
}
