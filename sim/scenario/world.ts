import type { DistributionSpec } from '../kernel/distributions/index.ts';
import { buildDistribution } from '../kernel/distributions/index.ts';
import { NEVER, SECOND } from '../kernel/time.ts';
import { formatDuration } from '../units/duration.ts';
import type { FaultAct, FaultSpec, FaultTiming, ServiceSpec, TrafficSpec, WorldSpec } from '../world/spec.ts';
import type { Complaints } from './complaints.ts';
import type { Entry, Outline } from './outline.ts';
import { keyOf, readEntries, textOf } from './outline.ts';
import type { Path } from './places.ts';
import type { FaultFile, ScenarioFrame, ServiceFile, TrafficFile } from './schema.ts';
import { FAULT_ACTS, faultSchema, serviceSchema, trafficSchema } from './schema.ts';

/** A fault that strikes more often is not one. */
const MOST_STRIKES_A_SECOND = 1000;

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
    check(entry, ['from'], 'traffic', sources);
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
}

/** An edge is there once, for a call that is made. */
function checkEdge({ traffic, edges, services }: Outline, entry: Entry, index: number, complaints: Complaints): void {
  const joins = (other: Entry): boolean => textOf(other, 'from') === from && textOf(other, 'to') === to;
  const from = textOf(entry, 'from');
  const to = textOf(entry, 'to');
  if (from === undefined || to === undefined) return;
  const first = edges.findIndex(joins);
  if (first !== index) complaints.at(entry.path, `the edge ${from} > ${to} stands in edges[${first}] already`);
  const source = traffic.find((one) => textOf(one, 'name') === from);
  const called = source === undefined ? undefined : textOf(source, 'to');
  const isService = (name: string | undefined): boolean => services.some((one) => keyOf(one) === name);
  if (called !== to && isService(called) && isService(to)) {
    complaints.at([...entry.path, 'to'], `\`${from}\` does not call \`${to}\` but \`${called}\``);
  }
}

/**
 * The world as plain data, and what its reader decided that the file does not say. Every entry is checked, even where
 * the rest of the scenario, its frame, cannot be read.
 */
export function readWorld(
  frame: ScenarioFrame | undefined,
  outline: Outline,
  complaints: Complaints,
): { world: WorldSpec; notes: string[] } | undefined {
  const notes: string[] = [];
  const traffic = readEntries(outline.traffic, trafficSchema, complaints).map(({ entry, file }) =>
    readTraffic(file, entry.path, complaints),
  );
  const services = readEntries(outline.services, serviceSchema, complaints).map(({ entry, file }) =>
    readService(keyOf(entry), file, entry.path, complaints),
  );
  const faults = readEntries(outline.faults, faultSchema, complaints).map(({ entry, file }, i) =>
    readFault(file, i, entry.path, services, complaints),
  );
  if (frame === undefined) return undefined;
  const world: WorldSpec = {
    duration: frame.duration,
    warmup: frame.warmup,
    drain: frame.drain ?? drainOf(traffic, frame.duration, notes),
    services,
    traffic,
    faults: faults.filter((fault) => fault !== undefined),
    cap: frame.world.cap,
    network: null,
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
    } else {
      longest = Math.max(longest, patience);
    }
  }
  return longest;
}

function readService(name: string, file: ServiceFile, path: Path, complaints: Complaints): ServiceSpec {
  const { serviceTime, demand, noise } = file;
  if (serviceTime !== undefined && (demand !== undefined || noise !== undefined)) {
    complaints.at([...path, 'serviceTime'], 'it is shorthand for `noise` alone: give it, or `demand` and `noise`');
  }
  if (serviceTime === undefined && demand === undefined) {
    complaints.at(path, '`serviceTime` is missing (or `demand`, and `noise` as a factor on it)', { key: true });
  }
  const instances =
    typeof file.instances === 'number'
      ? { initial: file.instances, max: file.instances }
      : { initial: file.instances.initial, max: file.instances.max ?? file.instances.initial };
  if (instances.max < Math.max(1, instances.initial)) {
    complaints.at([...path, 'instances'], `\`max\` is below \`initial\``, {
      found: `${instances.max} and ${instances.initial}`,
    });
  }
  return {
    name,
    instances,
    concurrency: file.concurrency,
    queue: { ...file.queue, limit: file.queue.limit === 'none' ? NEVER : file.queue.limit },
    demand: demand ?? always(1),
    noise: serviceTime ?? noise ?? always(1),
    slowness: file.slowness ?? [1],
    coldStart: file.coldStart ?? always(0),
    warmUp: file.warmUp === undefined ? { span: 0, factor: 1 } : { span: file.warmUp.for, factor: file.warmUp.factor },
    contention: file.contention,
    cancellation: file.cancellation,
    effect: file.effect,
    errorRate: file.errorRate,
    wrongRate: file.wrongRate,
    zones: [],
    stages: [],
    holds: 'slot',
    propagatesDeadline: false,
    dropsExpired: false,
    checkpoints: false,
  };
}

function always(value: number): DistributionSpec {
  return { kind: 'deterministic', value };
}

function readTraffic(file: TrafficFile, path: Path, complaints: Complaints): TrafficSpec {
  const deadline = file.deadline ?? NEVER;
  const { arrivals } = file;
  checkTraffic(file, path, complaints);
  return {
    name: file.name,
    to: file.to,
    clients: file.clients,
    arrivals:
      'poisson' in arrivals
        ? { kind: 'poisson', rate: arrivals.poisson }
        : 'deterministic' in arrivals
          ? { kind: 'deterministic', rate: arrivals.deterministic }
          : { kind: 'profile', points: arrivals.profile },
    deadline,
    patience: file.patience ?? deadline,
    classes: file.classes ?? [],
    zone: -1,
  };
}

function checkTraffic({ arrivals, classes }: TrafficFile, path: Path, complaints: Complaints): void {
  if ('profile' in arrivals) {
    arrivals.profile.forEach(({ at }, i) => {
      if (i === 0 || at >= arrivals.profile[i - 1].at) return;
      const found = formatDuration(at);
      complaints.at([...path, 'arrivals', 'profile', i, 'at'], 'points must stand in the order of time', { found });
    });
  }
  classes?.forEach(({ name }, i) => {
    if (classes.findIndex((one) => one.name === name) === i) return;
    complaints.at([...path, 'classes', i, 'name'], `another class is called \`${name}\` already`);
  });
  if (classes !== undefined && classes.length > 0 && classes.every(({ weight }) => weight === 0)) {
    complaints.at([...path, 'classes'], 'the weight of every class is 0: no request could have one');
  }
}

function readFault(
  file: FaultFile,
  index: number,
  path: Path,
  services: readonly ServiceSpec[],
  complaints: Complaints,
): FaultSpec | undefined {
  const timing = timingOf(file, path, complaints);
  const given = FAULT_ACTS.filter((act) => file[act] !== undefined);
  if (given.length !== 1) {
    complaints.at(path, `expected exactly one of ${FAULT_ACTS.join(', ')}`, {
      found: given.length === 0 ? 'none' : given.join(' and '),
    });
    return undefined;
  }
  const act = { kind: given[0], ...file[given[0]] } as FaultAct;
  if ('instances' in act && Array.isArray(act.instances)) {
    const service = services.find(({ name }) => name === act.service);
    act.instances.forEach((instance: number, i: number) => {
      if (service !== undefined && instance >= service.instances.max) {
        const message = `\`${act.service}\` has the instances 0 to ${service.instances.max - 1}`;
        complaints.at([...path, act.kind, 'instances', i], message, { found: String(instance) });
      }
    });
  }
  return timing === undefined ? undefined : { name: file.name ?? `fault-${index}`, timing, act };
}

function timingOf(file: FaultFile, path: Path, complaints: Complaints): FaultTiming | undefined {
  if ((file.at === undefined) === (file.every === undefined)) {
    complaints.at(path, 'expected `at` (once) or `every` (again and again at random)', {
      found: file.at === undefined ? 'neither' : 'both',
    });
    return undefined;
  }
  if (file.at !== undefined) {
    const length = file.for ?? always(NEVER);
    if (length.kind !== 'deterministic') {
      complaints.at([...path, 'for'], 'a fault that strikes once lasts for a plain duration');
      return undefined;
    }
    return { kind: 'once', at: file.at, length: length.value };
  }
  if (file.for === undefined) {
    complaints.at(path, '`for` is missing: a fault that strikes again and again must end', { key: true });
    return undefined;
  }
  if (buildDistribution(file.every!).mean < SECOND / MOST_STRIKES_A_SECOND) {
    complaints.at([...path, 'every'], `at most ${MOST_STRIKES_A_SECOND} strikes a second on average`);
  }
  return { kind: 'random', between: file.every!, length: file.for };
}
