import { NEVER } from '../kernel/time.ts';
import type { TrafficSpec, WorldSpec } from '../world/spec.ts';
import { callsOf, checkCallGraph } from './call-graph.ts';
import type { Complaints } from './complaints.ts';
import { readFault } from './faults.ts';
import { Zones } from './network.ts';
import type { Entry, Outline } from './outline.ts';
import { keyOf, readEntries, textOf } from './outline.ts';
import type { ScenarioFrame } from './schema.ts';
import { FAULT_ACTS, faultSchema, serviceSchema, trafficSchema } from './schema.ts';
import { readService } from './service.ts';
import { readTraffic } from './traffic.ts';
import type { ReadData } from './traffic.ts';

/** Names that a world refers to must exist in it, and names of its own must be unique. */
export function checkReferences(outline: Outline, complaints: Complaints): void {
  const services = outline.services.map(keyOf);
  const traffic = outline.traffic.map((entry) => textOf(entry, 'name'));
  const sources = traffic.filter((name) => name !== undefined);
  const check = (entry: Entry, path: readonly string[], what: string, valid: readonly string[]): void => {
    const name = textOf(entry, ...path);
    // That there is none at all has been said of the whole.
    if (valid.length === 0) return;
    if (name !== undefined && !valid.includes(name)) complaints.unknown([...entry.path, ...path], what, name, valid);
  };
  if (outline.hasNoService) complaints.at(['world', 'services'], 'there is no service', { key: true });
  outline.traffic.forEach((entry, i) => {
    check(entry, ['to'], 'service', services);
    const name = traffic[i];
    if (name === undefined) return;
    const path = [...entry.path, 'name'];
    if (services.includes(name)) complaints.at(path, `a service is called \`${name}\` already`);
    if (traffic.indexOf(name) !== i) complaints.at(path, `another traffic is called \`${name}\` already`);
  });
  outline.edges.forEach((entry, i) => {
    if (sources.length > 0) {
      const callers = [...new Set([...sources, ...services])];
      check(entry, ['from'], 'traffic or service', callers);
    }
    check(entry, ['to'], 'service', services);
    checkEdge(outline, entry, i, complaints);
  });
  for (const entry of outline.faults) {
    for (const act of FAULT_ACTS) {
      check(entry, [act, 'service'], 'service', services);
      check(entry, [act, 'traffic'], 'traffic', sources);
    }
  }
  for (const entry of outline.autoscalers) check(entry, ['service'], 'service', services);
  checkCallGraph(outline, complaints);
}

/** An edge is there once, for a call that is made. */
function checkEdge({ traffic, edges, services }: Outline, entry: Entry, index: number, complaints: Complaints): void {
  const joins = (other: Entry): boolean => textOf(other, 'from') === from && textOf(other, 'to') === to;
  const from = textOf(entry, 'from');
  const to = textOf(entry, 'to');
  if (from === undefined || to === undefined) return;
  const first = edges.findIndex(joins);
  if (first !== index) complaints.at(entry.path, `the edge ${from} > ${to} stands in edges[${first}] already`);
  const isService = (name: string | undefined): boolean => services.some((one) => keyOf(one) === name);
  if (!isService(to)) return;
  const source = traffic.find((one) => textOf(one, 'name') === from);
  const caller = services.find((one) => keyOf(one) === from);
  const called =
    source === undefined ? (caller === undefined ? [] : callsOf(caller).map((one) => one.to)) : [textOf(source, 'to')];
  if (called.includes(to) || (source !== undefined && !isService(called[0]))) return;
  if (source === undefined && caller === undefined) return;
  // It may be this edge that is right, and the call that is not.
  if (!called.every(isService)) return;
  const others = [...new Set(called)].map((name) => `\`${name}\``).join(' and ');
  const what = others === '' ? `\`${from}\` calls no service` : `\`${from}\` does not call \`${to}\` but ${others}`;
  complaints.at([...entry.path, 'to'], what);
}

/**
 * The world as plain data, and what its reader decided that the file does not say. Every entry is checked, even where
 * the rest of the scenario, its frame, cannot be read.
 */
export function readWorld(
  frame: ScenarioFrame | undefined,
  outline: Outline,
  complaints: Complaints,
  readData: ReadData | undefined,
): { world: WorldSpec; notes: string[] } | undefined {
  const notes: string[] = [];
  const zones = new Zones(frame === undefined ? null : frame.world.zones);
  const network = frame === undefined ? null : zones.network(frame.world.network, ['world', 'network'], complaints);
  const traffic = readEntries(outline.traffic, trafficSchema, complaints).map(({ entry, file }) =>
    readTraffic(file, entry.path, { zones, complaints, readData }),
  );
  const services = readEntries(outline.services, serviceSchema, complaints).map(({ entry, file }) =>
    readService(keyOf(entry), file, entry.path, zones, complaints),
  );
  const around = { services, traffic, zones };
  const faults = readEntries(outline.faults, faultSchema, complaints).map(({ entry, file }, i) =>
    readFault(file, i, entry.path, around, complaints),
  );
  for (const { name, arrivals } of traffic) {
    if (arrivals.kind !== 'closed') continue;
    notes.push(
      `\`${name}\` is a closed loop: its arrivals depend on the answers, so the references replay those of each design, ` +
        'and designs are not compared request by request.',
    );
  }
  if (frame === undefined) return undefined;
  const world: WorldSpec = {
    duration: frame.duration,
    warmup: frame.warmup,
    drain: frame.drain ?? drainOf(traffic, frame.duration, notes),
    services,
    traffic,
    faults: faults.filter((fault) => fault !== undefined),
    cap: frame.world.cap,
    network,
  };
  return { world, notes };
}

/** The longest patience; where a client waits for ever, as long again as the run. */
function drainOf(traffic: readonly TrafficSpec[], duration: number, notes: string[]): number {
  let longest = 0;
  for (const { name, patience } of traffic) {
    if (patience === NEVER) {
      notes.push(`\`${name}\` never hangs up: the run drains for at most as long again as its duration.`);
      longest = Math.max(longest, duration);
    } else if (typeof patience !== 'number') {
      longest = Math.max(longest, duration);
    } else {
      longest = Math.max(longest, patience);
    }
  }
  return longest;
}
