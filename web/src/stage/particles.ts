import type { LaneData } from '../model/lane-data.ts';
import { UNKNOWN } from '../model/lane-data.ts';
import { NOWHERE } from '../model/names.ts';
import { FLOW_HEIGHT, flowY } from './geometry.ts';
import type { Geometry } from './geometry.ts';

/** Kinds of particles: each has a colour and a shape of its own. */
export const STYLES = ['served', 'late', 'rejected', 'timedOut', 'failed'] as const;
export type Style = (typeof STYLES)[number];
/** By outcome code: the style. */
export const STYLE_OF_OUTCOME = [0, 1, 1, 2, 3, 4, 4, 3];
const MOST = 60_000;

/** Room for the visible particles of one frame, by style: filled anew each frame, without allocation. */
export class Particles {
  readonly x = new Float32Array(MOST);
  readonly y = new Float32Array(MOST);
  readonly style = new Uint8Array(MOST);
  count = 0;

  add(x: number, y: number, style: number): void {
    if (this.count === MOST) return;
    this.x[this.count] = x;
    this.y[this.count] = y;
    this.style[this.count++] = style;
  }
}

/** Where a request that is followed is now, for its label. */
export interface Followed {
  x: number;
  y: number;
  visible: boolean;
  /** What is happening to it, in a few words; empty while it is on its first way. */
  note: string;
}

/** A number in [0, 1) that is always the same for a request and a purpose. */
export function scatter(request: number, purpose: number): number {
  let h = Math.imul(request + 1, 0x9e3779b1) ^ Math.imul(purpose + 7, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h ^= h >>> 12;
  return (h >>> 0) / 4294967296;
}

/**
 * Where every attempt is at `now`. What takes a request no simulated time (passing layers) is drawn as a journey of
 * `travel` simulated milliseconds, so that it can be seen; in an instance it stays as long as it really did.
 */
export function placeParticles(
  lane: LaneData,
  geometry: Geometry,
  now: number,
  travel: number,
  particles: Particles,
  follow: number | null,
  followed: Followed,
): void {
  particles.count = 0;
  followed.visible = false;
  const { legs } = lane;
  const { start, end, request, edge } = legs;
  const fade = travel * 0.35;
  const chain = 3 * travel;
  const first = lane.firstLegFrom(now - travel - fade - chain);
  const latest = now + lane.longestLeg;
  for (let i = first; i < lane.legCount; i++) {
    if (end.values[i] > latest) break;
    if (start.values[i] > now || edge.values[i] !== geometry.edge) continue;
    placeLeg(lane, geometry, i, now, travel, fade, particles, request.values[i] === follow ? followed : null);
  }
}

function placeLeg(
  lane: LaneData,
  geometry: Geometry,
  leg: number,
  now: number,
  travel: number,
  fade: number,
  particles: Particles,
  followed: Followed | null,
): void {
  const { legs } = lane;
  const begins = visibleStart(lane, geometry, leg, travel);
  if (begins > now) return;
  const where = legs.where.values[leg];
  const from = legs.from.values[leg];
  const request = legs.request.values[leg];
  const x0 = from === 0 ? geometry.clientsX : gate(geometry, from - 1);
  const x1 = where >= 0 ? geometry.instancesX : where === NOWHERE ? geometry.instancesX : gate(geometry, -1 - where);
  const whole = geometry.instancesX - geometry.clientsX;
  const journey = travel * Math.max(0.12, (x1 - x0) / whole);
  const stay = legs.end.values[leg] - legs.start.values[leg];
  const since = now - begins;
  if (since > journey + stay + fade) return;
  const outcome = lane.outcomeOf(request);
  const style = outcome === UNKNOWN ? 0 : STYLE_OF_OUTCOME[outcome];
  const yFrom = 14 + scatter(request, 1) * (FLOW_HEIGHT - 28);
  const yTo =
    where >= 0
      ? flowY(geometry, where) + (scatter(request, 2) - 0.5) * spread(geometry)
      : 14 + scatter(request, 3) * (FLOW_HEIGHT - 28);
  let x: number;
  let y: number;
  if (since < journey) {
    const share = since / journey;
    x = x0 + (x1 - x0) * share;
    y = between(yFrom, yTo, (x - geometry.clientsX) / whole);
  } else if (since < journey + stay) {
    x = x1 + scatter(request, 4) * 22;
    y = yTo;
  } else {
    const share = (since - journey - stay) / fade;
    if (where >= 0 && legs.kind.values[leg] === 0) {
      x = x1 + 22 + 12 * share;
      y = yTo;
    } else {
      x = where >= 0 ? x1 + scatter(request, 4) * 22 : x1;
      y = (where >= 0 ? yTo : between(yFrom, yTo, (x1 - geometry.clientsX) / whole)) + 26 * share * share;
    }
  }
  particles.add(x, y, style);
  if (followed !== null) {
    followed.x = x;
    followed.y = y;
    followed.visible = true;
    followed.note = noteOf(lane, geometry, leg, since < journey);
  }
}

/** What is happening on a leg: refused by a layer, tried again by one, or in an instance. */
function noteOf(lane: LaneData, geometry: Geometry, leg: number, isOnItsWay: boolean): string {
  const where = lane.legs.where.values[leg];
  const from = lane.legs.from.values[leg];
  const nameAt = (place: number): string =>
    lane.layers.find((layer) => layer.edge === geometry.edge && layer.place === place)?.name ?? '';
  if (isOnItsWay) return from === 0 ? '' : `${nameAt(from - 1)} tries again`;
  if (where === NOWHERE) return 'no instance';
  if (where < 0) return `refused by ${nameAt(-1 - where)}`;
  return `in ${lane.summary.services[geometry.service].name}[${where}]`;
}

/** A try again is not seen to begin before the one before it was seen to end. */
function visibleStart(lane: LaneData, geometry: Geometry, leg: number, travel: number): number {
  const { legs } = lane;
  const before = legs.after.values[leg];
  const begins = legs.start.values[leg];
  if (before < 0 || before >= lane.legCount || legs.from.values[leg] === 0) return begins;
  // The one before may have been a call that a service made.
  if (legs.edge.values[before] !== legs.edge.values[leg]) return begins;
  const where = legs.where.values[before];
  const from = legs.from.values[before];
  const x0 = from === 0 ? geometry.clientsX : gate(geometry, from - 1);
  const x1 = where >= 0 ? geometry.instancesX : where === NOWHERE ? geometry.instancesX : gate(geometry, -1 - where);
  const whole = geometry.instancesX - geometry.clientsX;
  const seen =
    visibleStart(lane, geometry, before, travel) +
    travel * Math.max(0.12, (x1 - x0) / whole) +
    legs.end.values[before] -
    legs.start.values[before];
  return Math.max(begins, seen);
}

function gate({ gateOf, clientsX }: Geometry, place: number): number {
  return gateOf[place] ?? clientsX;
}

function spread({ instances }: Geometry): number {
  return Math.max(2, ((FLOW_HEIGHT - 28) / instances) * 0.72);
}

/** Straight at first and at last, bending in between. */
function between(from: number, to: number, share: number): number {
  const s = Math.min(1, Math.max(0, share));
  return from + (to - from) * s * s * (3 - 2 * s);
}
