import { NEVER } from '../kernel/time.ts';
import { MOST_CALLS_OF_A_STAGE } from '../world/call-plan.ts';
import type { NestedCallSpec, StageSpec } from '../world/spec.ts';
import { CALL_KEYS } from './call-schema.ts';
import type { StageFile, TargetFile } from './call-schema.ts';
import type { Complaints } from './complaints.ts';
import type { Entry, Outline } from './outline.ts';
import { keyOf } from './outline.ts';
import type { Path } from './places.ts';
import { isRecord, valueAt } from './plain-data.ts';

/** A call from one service to another as it is written, and where. */
interface WrittenCall {
  readonly to: string;
  readonly path: Path;
}

/** The services that a service calls, compensations included, whatever else is wrong with it. */
export function callsOf(service: Entry): WrittenCall[] {
  const stages = valueAt(service.value, ['calls']);
  if (!Array.isArray(stages)) return [];
  return stages.flatMap((stage: unknown, s) => {
    const path = [...service.path, 'calls', s];
    if (typeof stage === 'string') return [{ to: stage, path }];
    if (!isRecord(stage)) return [];
    return CALL_KEYS.flatMap((key) => {
      const value = stage[key];
      if (key === 'call') return targetsIn(value, [...path, key]);
      return Array.isArray(value) ? value.flatMap((one: unknown, i) => targetsIn(one, [...path, key, i])) : [];
    });
  });
}

function targetsIn(target: unknown, path: Path): WrittenCall[] {
  if (typeof target === 'string') return [{ to: target, path }];
  if (!isRecord(target)) return [];
  return ['to', 'compensate'].flatMap((key) => {
    const to = target[key];
    return typeof to === 'string' ? [{ to, path: [...path, key] }] : [];
  });
}

/** Every call goes to a service that there is, and none comes back to where it began. */
export function checkCallGraph({ services }: Outline, complaints: Complaints): void {
  const names = services.map(keyOf);
  const calls = new Map(services.map((service) => [keyOf(service), callsOf(service)]));
  for (const one of [...calls.values()].flat()) {
    if (!names.includes(one.to)) complaints.unknown(one.path, 'service', one.to, names);
  }
  const finished = new Set<string>();
  const visit = (name: string, trail: readonly string[]): void => {
    for (const { to, path } of calls.get(name) ?? []) {
      const from = trail.indexOf(to);
      if (from >= 0) {
        const circle = [...trail.slice(from), to].map((one) => `\`${one}\``).join(' > ');
        complaints.at(path, `services call each other in a circle: ${circle}`);
      } else if (!finished.has(to)) visit(to, [...trail, to]);
    }
    finished.add(name);
  };
  for (const name of names) if (!finished.has(name)) visit(name, [name]);
}

/** The stages of a service as plain data. */
export function readStages(stages: readonly StageFile[], path: Path, complaints: Complaints): StageSpec[] {
  return stages.map((stage, s) => readStage(stage, [...path, s], complaints));
}

function readStage(stage: StageFile, path: Path, complaints: Complaints): StageSpec {
  if (typeof stage === 'string') return { work: null, calls: [callTo(stage, NEVER)], need: 1, onFailure: 'fail' };
  const { call, all, first, of, quorum, onFailure, work } = stage;
  const timeout = stage.timeout ?? NEVER;
  const given = CALL_KEYS.filter((key) => stage[key] !== undefined);
  if (given.length > 1) {
    complaints.at(path, `expected one of ${CALL_KEYS.join(', ')}`, { found: given.join(' and ') });
  }
  if (given.length === 0 && work === undefined && quorum === undefined) {
    complaints.at(path, `expected one of ${CALL_KEYS.join(', ')} or \`work\``, { found: 'neither' });
  }
  if ((quorum === undefined) !== (of === undefined)) {
    const missing = quorum === undefined ? 'quorum' : 'of';
    complaints.at(path, `\`${missing}\` is missing: \`quorum\` says how many of \`of\` must end well`, { key: true });
  }
  const written = call === undefined ? (all ?? first ?? of ?? []) : [call];
  const calls = written.flatMap((target) => readTarget(target, timeout));
  if (calls.length > MOST_CALLS_OF_A_STAGE) {
    complaints.at(path, `at most ${MOST_CALLS_OF_A_STAGE} calls in one stage`, { found: String(calls.length) });
  }
  if (quorum !== undefined && of !== undefined && quorum > calls.length) {
    const message = `a quorum of at most ${calls.length}, the number of calls in \`of\``;
    complaints.at([...path, 'quorum'], message, { found: String(quorum) });
  }
  const need = first === undefined ? (quorum ?? calls.length) : 1;
  return { work: work ?? null, calls, need, onFailure };
}

function readTarget(target: TargetFile, timeout: number): NestedCallSpec[] {
  if (typeof target === 'string') return [callTo(target, timeout)];
  const call = { to: target.to, timeout: target.timeout ?? timeout, compensate: target.compensate ?? null };
  return Array.from({ length: target.times }, () => call);
}

function callTo(to: string, timeout: number): NestedCallSpec {
  return { to, timeout, compensate: null };
}
