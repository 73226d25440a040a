import type { DistributionSpec } from '../kernel/distributions/index.ts';
import { NEVER } from '../kernel/time.ts';
import type { FaultAct, FaultSpec, FaultTiming, ServiceSpec, TrafficSpec, WorldSpec } from '../world/spec.ts';
import type { Complaints } from './complaints.ts';
import type { Path } from './document.ts';
import type { FaultFile, ScenarioFile, ServiceFile, TrafficFile } from './schema.ts';
import { FAULT_ACTS } from './schema.ts';

/** Names that a world refers to must exist in it. */
export function checkWorld(file: ScenarioFile, complaints: Complaints): void {
  const services = Object.keys(file.world.services);
  const traffic = file.world.traffic.map(({ name }) => name);
  const service = (name: string, path: Path): void => {
    if (!services.includes(name)) complaints.unknown(path, 'service', name, services);
  };
  if (services.length === 0) complaints.at(['world', 'services'], 'there is no service');
  file.world.traffic.forEach(({ name, to }, i) => {
    const path: Path = ['world', 'traffic', i];
    service(to, [...path, 'to']);
    if (services.includes(name)) complaints.at([...path, 'name'], `a service is called \`${name}\` already`);
    if (traffic.indexOf(name) !== i) complaints.at([...path, 'name'], `another traffic is called \`${name}\` already`);
  });
  file.edges.forEach(({ from, to }, i) => {
    service(to, ['edges', i, 'to']);
    if (!traffic.includes(from)) complaints.unknown(['edges', i, 'from'], 'traffic', from, traffic);
    else if (!file.world.traffic.some((one) => one.name === from && one.to === to)) {
      complaints.at(['edges', i], `\`${from}\` does not call \`${to}\``);
    }
    const same = file.edges.findIndex((edge) => edge.from === from && edge.to === to);
    if (same !== i) complaints.at(['edges', i], `the edge ${from} > ${to} stands in edges[${same}] already`);
  });
  file.world.faults.forEach((fault, i) => {
    const path: Path = ['world', 'faults', i];
    for (const act of FAULT_ACTS) {
      const target = fault[act];
      if (target === undefined) continue;
      if ('service' in target) service(target.service, [...path, act, 'service']);
      if ('traffic' in target && !traffic.includes(target.traffic)) {
        complaints.unknown([...path, act, 'traffic'], 'traffic', target.traffic, traffic);
      }
    }
  });
}

/** The world as plain data, and what its reader decided that the file does not say. */
export function readWorld(file: ScenarioFile, complaints: Complaints): { world: WorldSpec; notes: string[] } {
  const notes: string[] = [];
  const traffic = file.world.traffic.map(readTraffic);
  const services = Object.entries(file.world.services).map(([name, service]) =>
    readService(name, service, ['world', 'services', name], complaints),
  );
  const faults = file.world.faults
    .map((fault, i) => readFault(fault, i, services, complaints))
    .filter((fault): fault is FaultSpec => fault !== undefined);
  const world: WorldSpec = {
    duration: file.duration,
    warmup: file.warmup,
    drain: file.drain ?? drainOf(traffic, file.duration, notes),
    services,
    traffic,
    faults,
    cap: file.world.cap,
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
    complaints.at(path, '`serviceTime` is missing (or `demand`, and `noise` as a factor on it)');
  }
  const instances =
    typeof file.instances === 'number'
      ? { initial: file.instances, max: file.instances }
      : { initial: file.instances.initial, max: file.instances.max ?? file.instances.initial };
  if (instances.max < Math.max(1, instances.initial)) {
    complaints.at([...path, 'instances'], `\`max\` is below \`initial\``, { found: String(instances.max) });
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

function readTraffic(file: TrafficFile): TrafficSpec {
  const deadline = file.deadline ?? NEVER;
  const { arrivals } = file;
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

function readFault(
  file: FaultFile,
  index: number,
  services: readonly ServiceSpec[],
  complaints: Complaints,
): FaultSpec | undefined {
  const path: Path = ['world', 'faults', index];
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
    complaints.at(path, '`for` is missing: a fault that strikes again and again must end');
    return undefined;
  }
  return { kind: 'random', between: file.every!, length: file.for };
}
