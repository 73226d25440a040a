import type { LaneData } from '../model/lane-data.ts';
import { layersOf } from '../model/store.ts';
import type { LayerSummary, ScenarioSummary } from '../worker/protocol.ts';

/** Widths of the clients' and the instances' columns; the layers share what is left. Also in style.css. */
const SIDES = { clients: 56, instances: 148 };
/** The same on a telephone. */
const NARROW_SIDES = { clients: 34, instances: 104 };
const NARROW_BELOW = 520;
export const FLOW_HEIGHT = 188;
export const ROW_HEIGHT = 15;
export const TABLE_HEAD = 18;
/** More instances than this are shown by those whose belief and truth differ most. */
export const MOST_ROWS = 12;

/** Where everything on one lane's stage is. */
export interface Geometry {
  readonly width: number;
  readonly height: number;
  /** Index of the edge that is shown, and of the service that it leads to. */
  readonly edge: number;
  readonly service: number;
  /** The path layers of the scenario's design on this edge, in their places; also those that are switched off. */
  readonly columns: readonly Column[];
  readonly instances: number;
  readonly rows: number;
  readonly tableTop: number;
  /** By place of the running stack: the x of its gate. */
  readonly gateOf: readonly number[];
  readonly clientsX: number;
  /** Where the layers' columns begin and end. */
  readonly left: number;
  readonly right: number;
  readonly instancesX: number;
}

export interface Column {
  readonly layer: LayerSummary;
  /** Index among the running layers; -1 where it is switched off. */
  readonly index: number;
  readonly x: number;
  readonly width: number;
}

export function columnsOf(lane: Pick<LaneData, 'spec'>, edge: number): LayerSummary[] {
  return layersOf(lane.spec).filter((layer) => layer.edge === edge);
}

export function heightFor(summary: ScenarioSummary, edge: number): number {
  return FLOW_HEIGHT + TABLE_HEAD + Math.min(MOST_ROWS, instancesOf(summary, edge)) * ROW_HEIGHT + 8;
}

function serviceOf(summary: ScenarioSummary, edge: number): number {
  const to = summary.edges[edge]?.to;
  return Math.max(
    0,
    summary.services.findIndex(({ name }) => name === to),
  );
}

function instancesOf(summary: ScenarioSummary, edge: number): number {
  return summary.services[serviceOf(summary, edge)].instances;
}

export function geometryOf(lane: LaneData, edge: number, width: number): Geometry {
  const layers = columnsOf(lane, edge);
  const sides = width < NARROW_BELOW ? NARROW_SIDES : SIDES;
  const each = (width - sides.clients - sides.instances) / Math.max(1, layers.length);
  const columns = layers.map((layer, i): Column => ({
    layer,
    index: lane.layers.findIndex(({ name }) => name === layer.name),
    x: sides.clients + i * each,
    width: each,
  }));
  const gateOf = lane.layers
    .filter((layer) => layer.edge === edge)
    .map(({ name }) => {
      const column = columns.find(({ layer }) => layer.name === name);
      return column === undefined ? sides.clients : column.x + column.width / 2;
    });
  const instances = instancesOf(lane.summary, edge);
  return {
    width,
    height: heightFor(lane.summary, edge),
    edge,
    service: serviceOf(lane.summary, edge),
    columns,
    instances,
    rows: Math.min(MOST_ROWS, instances),
    tableTop: FLOW_HEIGHT + TABLE_HEAD,
    gateOf,
    clientsX: 16,
    left: sides.clients,
    right: width - sides.instances,
    instancesX: width - sides.instances + 12,
  };
}

/** The middle of an instance's place in the flow. */
export function flowY(geometry: Geometry, instance: number): number {
  return 14 + ((instance + 0.5) / geometry.instances) * (FLOW_HEIGHT - 28);
}
