import { contextOf } from '../app/canvas.ts';
import { HEALTH_NAMES } from '../model/names.ts';
import type { Palette } from '../app/palette.ts';
import type { LaneData } from '../model/lane-data.ts';
import { FLOW_HEIGHT, flowY, ROW_HEIGHT } from './geometry.ts';
import type { Column, Geometry } from './geometry.ts';

const FONT = '11px system-ui, sans-serif';
const OPEN = 2;
const HALF_OPEN = 1;

/** What stands still on the stage between two samples: gates, instances, and beliefs beside the truth. */
export function drawScenery(
  context: CanvasRenderingContext2D,
  lane: LaneData,
  geometry: Geometry,
  now: number,
  palette: Palette,
): void {
  const sample = lane.sampleAt(now);
  context.clearRect(0, 0, geometry.width, geometry.height);
  context.font = FONT;
  context.textBaseline = 'middle';
  drawGates(context, geometry, palette);
  drawInstances(context, lane, geometry, sample, palette);
  if (sample < 0) return;
  const rows = rowsShown(lane, geometry, sample);
  drawRowNames(context, geometry, rows, palette);
  const hatch = hatching(context, palette);
  for (const column of geometry.columns) {
    if (column.index < 0) {
      note(context, geometry, column, 'off', palette);
      continue;
    }
    switch (column.layer.kind) {
      case 'loadBalancer':
        drawBalancer(context, lane, geometry, column, sample, rows, palette, hatch);
        break;
      case 'rateLimiter':
        drawLimiter(context, lane, geometry, column, sample, palette, hatch);
        break;
      case 'retry':
        drawRetries(context, lane, geometry, column, sample, palette);
        break;
      default:
        drawStates(context, lane, geometry, column, sample, rows, palette, hatch);
    }
  }
  drawTruth(context, lane, geometry, sample, rows, palette);
}

function drawGates(context: CanvasRenderingContext2D, { columns, clientsX }: Geometry, palette: Palette): void {
  context.fillStyle = palette.line;
  context.fillRect(clientsX - 8, 10, 2, FLOW_HEIGHT - 20);
  for (const { index, width, x } of columns) {
    const middle = x + width / 2;
    context.fillStyle = palette.line;
    if (index >= 0) {
      context.fillRect(middle - 1, 6, 2, FLOW_HEIGHT - 12);
    } else {
      for (let y = 8; y < FLOW_HEIGHT - 8; y += 10) context.fillRect(middle - 0.5, y, 1, 4);
    }
  }
}

/** The instances at the end of the flow, filled by how busy they are. */
function drawInstances(
  context: CanvasRenderingContext2D,
  lane: LaneData,
  geometry: Geometry,
  sample: number,
  palette: Palette,
): void {
  const { instances, instancesX, service, width } = geometry;
  const slots = lane.summary.services[service].slots;
  const each = (FLOW_HEIGHT - 28) / instances;
  const height = Math.max(1, Math.min(14, each - 2));
  const load = lane.serviceGroup('load', service)!;
  const health = lane.serviceGroup('health', service)!;
  const left = instancesX + (width - instancesX > 100 ? 40 : 30);
  const full = width - left - 6;
  for (let i = 0; i < instances; i++) {
    const y = flowY(geometry, i) - height / 2;
    context.fillStyle = palette.faint;
    context.fillRect(left, y, full, height);
    if (sample < 0) continue;
    const share = Math.min(1, lane.at(sample, load.offset + i) / (slots * 3));
    context.fillStyle = lane.at(sample, health.offset + i) === 0 ? palette.truth : palette.fault;
    context.fillRect(left, y, full * share, height);
    if (height < 8) continue;
    // Where its slots are all in use and a queue begins.
    context.fillStyle = palette.quiet;
    context.fillRect(left + full / 3, y, 1, height);
  }
}

/** The instances of the table: all, or those whose load is farthest from what a balancer believes. */
function rowsShown(lane: LaneData, geometry: Geometry, sample: number): readonly number[] {
  const all = Array.from({ length: geometry.instances }, (_, i) => i);
  if (all.length <= geometry.rows) return all;
  const load = lane.serviceGroup('load', geometry.service)!;
  const column = geometry.columns.find(({ index, layer }) => index >= 0 && layer.kind === 'loadBalancer');
  const believed = column === undefined ? undefined : lane.group('believed', column.index);
  const gap = (i: number): number =>
    believed === undefined
      ? lane.at(sample, load.offset + i)
      : Math.abs(lane.at(sample, load.offset + i) - lane.at(sample, believed.offset + i));
  return all
    .toSorted((a, b) => gap(b) - gap(a))
    .slice(0, geometry.rows)
    .toSorted((a, b) => a - b);
}

function drawRowNames(
  context: CanvasRenderingContext2D,
  { left, tableTop, width }: Geometry,
  rows: readonly number[],
  palette: Palette,
): void {
  context.textAlign = 'right';
  rows.forEach((instance, row) => {
    const y = tableTop + row * ROW_HEIGHT;
    context.fillStyle = palette.line;
    if (row > 0) context.fillRect(0, y - 0.5, width, 0.5);
    context.fillStyle = palette.quiet;
    context.fillText(String(instance), left - 10, y + ROW_HEIGHT / 2);
  });
}

/** Truth as a bar, belief as a mark, the gap between them hatched. */
function drawBalancer(
  context: CanvasRenderingContext2D,
  lane: LaneData,
  geometry: Geometry,
  column: Column,
  sample: number,
  rows: readonly number[],
  palette: Palette,
  hatch: CanvasPattern,
): void {
  const believed = lane.group('believed', column.index);
  const load = lane.serviceGroup('load', geometry.service)!;
  if (believed === undefined || Number.isNaN(lane.at(sample, believed.offset))) {
    note(context, geometry, column, 'looks at no load', palette);
    return;
  }
  const most = 3 * lane.summary.services[geometry.service].slots;
  const left = column.x + 8;
  const full = column.width - 16;
  rows.forEach((instance, row) => {
    const y = geometry.tableTop + row * ROW_HEIGHT + 3;
    const truth = Math.min(1, lane.at(sample, load.offset + instance) / most) * full;
    const belief = Math.min(1, lane.at(sample, believed.offset + instance) / most) * full;
    context.fillStyle = palette.truth;
    context.fillRect(left, y + 2, truth, ROW_HEIGHT - 10);
    context.fillStyle = hatch;
    context.fillRect(left + Math.min(truth, belief), y, Math.abs(truth - belief), ROW_HEIGHT - 6);
    context.fillStyle = palette.belief;
    context.fillRect(left + belief - 1, y - 1, 2.5, ROW_HEIGHT - 4);
  });
}

/** A limiter's buckets by client: how much it holds used up, beside what the client itself asked for. */
function drawLimiter(
  context: CanvasRenderingContext2D,
  lane: LaneData,
  geometry: Geometry,
  column: Column,
  sample: number,
  palette: Palette,
  hatch: CanvasPattern,
): void {
  const believed = lane.group('believed', column.index);
  const entitled = lane.group('entitled', column.index);
  if (believed === undefined) return;
  const left = column.x + 8;
  const full = column.width - 16;
  const height = geometry.rows * ROW_HEIGHT - 6;
  const top = geometry.tableTop + 2;
  const each = full / believed.count;
  for (let key = 0; key < believed.count; key++) {
    const held = Math.min(1, lane.at(sample, believed.offset + key) || 0);
    const due = entitled === undefined ? NaN : lane.at(sample, entitled.offset + key);
    const asked = Number.isNaN(due) ? held : Math.min(1, due);
    const x = left + key * each;
    const w = Math.max(1, each - 1);
    context.fillStyle = palette.faint;
    context.fillRect(x, top, w, height);
    context.fillStyle = palette.truth;
    context.fillRect(x, top + height * (1 - asked), w, height * asked);
    if (held > asked) {
      context.fillStyle = hatch;
      context.fillRect(x, top + height * (1 - held), w, height * (held - asked));
    }
    context.fillStyle = palette.belief;
    context.fillRect(x, top + height * (1 - held) - 1, w, 2);
  }
}

/** What a layer with states holds of each instance, beside how the instance is. */
function drawStates(
  context: CanvasRenderingContext2D,
  lane: LaneData,
  geometry: Geometry,
  column: Column,
  sample: number,
  rows: readonly number[],
  palette: Palette,
  hatch: CanvasPattern,
): void {
  const states = lane.group('state', column.index);
  if (states === undefined) {
    note(context, geometry, column, '', palette);
    return;
  }
  const health = lane.serviceGroup('health', geometry.service)!;
  const byInstance = column.layer.key === 'instance';
  const shown = byInstance ? rows : Array.from({ length: Math.min(geometry.rows, states.count) }, (_, i) => i);
  const middle = column.x + column.width / 2;
  context.textAlign = 'left';
  shown.forEach((key, row) => {
    const y = geometry.tableTop + row * ROW_HEIGHT;
    const state = lane.at(sample, states.offset + key);
    const isWell = byInstance ? lane.at(sample, health.offset + key) === 0 : anyIsWell(lane, geometry, sample);
    if ((state === OPEN) === isWell) {
      context.fillStyle = hatch;
      context.fillRect(column.x + 6, y + 1, column.width - 12, ROW_HEIGHT - 3);
    }
    drawState(context, middle - 26, y + ROW_HEIGHT / 2, state, palette);
    context.fillStyle = state === 0 ? palette.quiet : palette.ink;
    context.fillText(
      state === OPEN ? 'open' : state === HALF_OPEN ? 'half-open' : 'closed',
      middle - 17,
      y + ROW_HEIGHT / 2,
    );
  });
}

function anyIsWell(lane: LaneData, { service }: Geometry, sample: number): boolean {
  const health = lane.serviceGroup('health', service)!;
  for (let i = 0; i < health.count; i++) if (lane.at(sample, health.offset + i) === 0) return true;
  return false;
}

/** A ring lets everything through, a cross nothing, half a disc a few. */
function drawState(context: CanvasRenderingContext2D, x: number, y: number, state: number, palette: Palette): void {
  context.strokeStyle = context.fillStyle = state === 0 ? palette.quiet : palette.belief;
  context.lineWidth = 1.6;
  context.beginPath();
  if (state === OPEN) {
    context.moveTo(x - 3, y - 3);
    context.lineTo(x + 3, y + 3);
    context.moveTo(x + 3, y - 3);
    context.lineTo(x - 3, y + 3);
    context.stroke();
    return;
  }
  context.arc(x, y, 3, 0, 2 * Math.PI);
  context.stroke();
  if (state !== HALF_OPEN) return;
  context.beginPath();
  context.arc(x, y, 3, Math.PI / 2, 1.5 * Math.PI);
  context.fill();
}

function drawRetries(
  context: CanvasRenderingContext2D,
  lane: LaneData,
  geometry: Geometry,
  column: Column,
  sample: number,
  palette: Palette,
): void {
  const acts = lane.group('acts', column.index);
  if (acts === undefined) return;
  // The last ten samples, as little columns: tries added a second.
  const count = 16;
  const left = column.x + 8;
  const each = (column.width - 16) / count;
  const height = geometry.rows * ROW_HEIGHT - 22;
  const bottom = geometry.tableTop + geometry.rows * ROW_HEIGHT - 4;
  let most = 20;
  for (let i = 0; i < count; i++) if (sample - i >= 0) most = Math.max(most, lane.at(sample - i, acts.offset + 3));
  context.fillStyle = palette.belief;
  for (let i = 0; i < count; i++) {
    const at = sample - (count - 1 - i);
    if (at < 0) continue;
    const h = (lane.at(at, acts.offset + 3) / most) * height;
    context.fillRect(left + i * each, bottom - h, each - 1, h);
  }
  const perSecond = (lane.at(sample, acts.offset + 3) * 1000) / lane.layout.interval;
  context.fillStyle = palette.quiet;
  context.textAlign = 'center';
  context.fillText(`${Math.round(perSecond)} more tries/s`, column.x + column.width / 2, geometry.tableTop + 8);
}

/** How the instances really are. */
function drawTruth(
  context: CanvasRenderingContext2D,
  lane: LaneData,
  geometry: Geometry,
  sample: number,
  rows: readonly number[],
  palette: Palette,
): void {
  const load = lane.serviceGroup('load', geometry.service)!;
  const health = lane.serviceGroup('health', geometry.service)!;
  const left = geometry.right + 12;
  rows.forEach((instance, row) => {
    const y = geometry.tableTop + row * ROW_HEIGHT + ROW_HEIGHT / 2;
    const how = lane.at(sample, health.offset + instance);
    context.textAlign = 'right';
    context.fillStyle = palette.ink;
    context.fillText(String(lane.at(sample, load.offset + instance)), left + 26, y);
    context.textAlign = 'left';
    context.fillStyle = how === 0 ? palette.quiet : palette.fault;
    if (how !== 0) drawWarning(context, left + 39, y);
    context.fillText(HEALTH_NAMES[how], left + (how === 0 ? 36 : 47), y);
  });
}

function drawWarning(context: CanvasRenderingContext2D, x: number, y: number): void {
  context.beginPath();
  context.moveTo(x - 4, y + 3.5);
  context.lineTo(x + 4, y + 3.5);
  context.lineTo(x, y - 4);
  context.fill();
}

function note(
  context: CanvasRenderingContext2D,
  geometry: Geometry,
  column: Column,
  text: string,
  palette: Palette,
): void {
  context.fillStyle = palette.quiet;
  context.textAlign = 'center';
  context.fillText(text, column.x + column.width / 2, geometry.tableTop + (geometry.rows * ROW_HEIGHT) / 2);
}

let pattern: CanvasPattern | null = null;
let patternColour = '';

/** The shading of a gap between belief and truth. */
function hatching(context: CanvasRenderingContext2D, palette: Palette): CanvasPattern {
  if (pattern !== null && patternColour === palette.gap) return pattern;
  const tile = document.createElement('canvas');
  tile.width = tile.height = 6;
  // Drawn by the processor like what it fills: else every use would wait for the graphics processor to hand it over.
  const ink = contextOf(tile);
  ink.strokeStyle = palette.gap;
  ink.lineWidth = 1.6;
  ink.beginPath();
  ink.moveTo(-1, 7);
  ink.lineTo(7, -1);
  ink.moveTo(-1, 1);
  ink.lineTo(1, -1);
  ink.moveTo(5, 7);
  ink.lineTo(7, 5);
  ink.stroke();
  pattern = context.createPattern(tile, 'repeat')!;
  patternColour = palette.gap;
  return pattern;
}
