import { buildDistribution } from '../kernel/distributions/index.ts';
import { NEVER, SECOND } from '../kernel/time.ts';
import type { FaultAct, FaultSpec, FaultTiming, ServiceSpec, TrafficSpec } from '../world/spec.ts';
import { always } from './always.ts';
import type { Complaints } from './complaints.ts';
import type { Zones } from './network.ts';
import type { Path } from './places.ts';
import type { FaultFile } from './schema.ts';
import { FAULT_ACTS } from './schema.ts';

/** A fault that strikes more often is not one. */
const MOST_STRIKES_A_SECOND = 1000;

/** What faults strike. */
export interface FaultAround {
  readonly services: readonly ServiceSpec[];
  readonly traffic: readonly TrafficSpec[];
  readonly zones: Zones;
}

/** A fault as plain data; undefined, with a complaint, if it cannot be read. */
export function readFault(
  file: FaultFile,
  index: number,
  path: Path,
  around: FaultAround,
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
  const act = actOf(file, given[0], path, around.zones, complaints);
  if (act === undefined) return undefined;
  if ('instances' in act && Array.isArray(act.instances)) {
    const service = around.services.find(({ name }) => name === act.service);
    act.instances.forEach((instance: number, i: number) => {
      if (service !== undefined && instance >= service.instances.max) {
        const message = `\`${act.service}\` has the instances 0 to ${service.instances.max - 1}`;
        complaints.at([...path, act.kind, 'instances', i], message, { found: String(instance) });
      }
    });
  }
  if (act.kind === 'surge') checkSurge(act.traffic, [...path, 'surge', 'traffic'], around, complaints);
  return timing === undefined ? undefined : { name: file.name ?? `fault-${index}`, timing, act };
}

function actOf(
  file: FaultFile,
  kind: (typeof FAULT_ACTS)[number],
  path: Path,
  zones: Zones,
  complaints: Complaints,
): FaultAct | undefined {
  const at = [...path, kind];
  if (kind === 'zoneLoss') {
    const zone = zones.index(file.zoneLoss!.zone, [...at, 'zone'], complaints);
    return zone < 0 ? undefined : { kind, zone };
  }
  if (kind === 'partition' || kind === 'networkDelay') {
    const [a, b] = file[kind]!.between.map((name, i) => zones.index(name, [...at, 'between', i], complaints));
    return a < 0 || b < 0 ? undefined : ({ kind, ...file[kind], between: [a, b] } as FaultAct);
  }
  if (kind === 'push' || kind === 'hotfix') {
    // What the settings become differs from design to design: each has its own.
    const { layer, share } = file[kind]!;
    return { kind, layer, share };
  }
  return { kind, ...file[kind] } as FaultAct;
}

/** A surge multiplies a rate: what is recorded, or waits for answers, has none. */
function checkSurge(name: string, path: Path, { traffic }: FaultAround, complaints: Complaints): void {
  const arrivals = traffic.find((one) => one.name === name)?.arrivals.kind;
  if (arrivals === 'closed') complaints.at(path, `\`${name}\` is a closed loop: it has no rate that could surge`);
  if (arrivals === 'recorded') complaints.at(path, `\`${name}\` is recorded: it comes as it is`);
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
