import { always } from './always.ts';
import { readStages } from './call-graph.ts';
import type { Complaints } from './complaints.ts';
import { NEVER, SECOND } from '../kernel/time.ts';
import type { Zones } from './network.ts';
import type { Path } from './places.ts';
import type { ServiceFile } from './schema.ts';
import type { ServiceSpec } from '../world/spec.ts';

/** A service as plain data. */
export function readService(
  name: string,
  file: ServiceFile,
  path: Path,
  zones: Zones,
  complaints: Complaints,
): ServiceSpec {
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
  const stages = readStages(file.calls ?? [], [...path, 'calls'], complaints);
  if (file.holds === 'none') {
    stages.forEach(({ work }, s) => {
      if (s === 0 || work === null) return;
      const message = 'work between calls needs the slot, which `holds: none` has given up';
      complaints.at([...path, 'calls', s, 'work'], message);
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
    zones: zonesOf(file, instances.max, path, zones, complaints),
    stages,
    holds: file.holds,
    propagatesDeadline: file.propagatesDeadline,
    dropsExpired: file.dropsExpired,
    checkpoints: file.checkpoints,
    readiness: readinessOf(file),
  };
}

/** Readiness probes, with the propagation that is meant where none is given. */
function readinessOf({ readiness }: ServiceFile): ServiceSpec['readiness'] {
  if (readiness === undefined) return null;
  return { ...readiness, propagation: readiness.propagation ?? always(SECOND) };
}

/** By instance, the index of its zone: as listed, again and again, or spread over all. */
function zonesOf(file: ServiceFile, count: number, path: Path, zones: Zones, complaints: Complaints): number[] {
  const named = file.zones?.map((name, i) => zones.index(name, [...path, 'zones', i], complaints));
  const listed = named ?? zones.names.map((_, i) => i);
  return listed.length === 0 ? [] : Array.from({ length: count }, (_, i) => listed[i % listed.length]);
}
