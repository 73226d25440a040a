import { NEVER } from '../kernel/time.ts';
import { formatDuration } from '../units/duration.ts';
import type { ArrivalSpec, TrafficSpec } from '../world/spec.ts';
import type { Complaints } from './complaints.ts';
import type { Zones } from './network.ts';
import type { Path } from './places.ts';
import { readRecording } from './recorded-arrivals.ts';
import type { Recording } from './recorded-arrivals.ts';
import { ScenarioError } from './scenario-error.ts';
import type { TrafficFile } from './schema.ts';

/** Reads the text of a data file that a scenario names, as seen from the scenario's file. */
export type ReadData = (name: string, from: string) => { readonly text: string; readonly file: string };

/** What reading a traffic needs beyond its entry. */
export interface TrafficAround {
  readonly zones: Zones;
  readonly complaints: Complaints;
  readonly readData: ReadData | undefined;
}

/** A source of requests as plain data. */
export function readTraffic(file: TrafficFile, path: Path, around: TrafficAround): TrafficSpec {
  const { zones, complaints } = around;
  const deadline = file.deadline ?? NEVER;
  const classes = file.classes ?? [];
  checkClasses(classes, [...path, 'classes'], complaints);
  const arrivals = readArrivals(file, [...path, 'arrivals'], around);
  return {
    name: file.name,
    to: file.to,
    clients: Math.max(file.clients, clientsIn(arrivals)),
    arrivals,
    deadline,
    patience: patienceOf(file, deadline, [...path, 'patience'], complaints),
    classes,
    zone: zoneOf(file, path, zones, complaints),
  };
}

/** A time that is the same for every request is a number. */
function patienceOf(
  { patience }: TrafficFile,
  deadline: number,
  path: Path,
  complaints: Complaints,
): TrafficSpec['patience'] {
  if (patience === undefined) return deadline;
  if (patience.kind !== 'deterministic') return patience;
  if (patience.value === 0) complaints.at(path, 'expected at least 1ns', { found: '0s' });
  return patience.value;
}

function zoneOf({ zone, name }: TrafficFile, path: Path, zones: Zones, complaints: Complaints): number {
  if (zone !== undefined) return zones.index(zone, [...path, 'zone'], complaints);
  if (zones.areThere) complaints.at(path, `\`zone\` is missing: where are the clients of \`${name}\`?`, { key: true });
  return -1;
}

function checkClasses(classes: NonNullable<TrafficFile['classes']>, path: Path, complaints: Complaints): void {
  classes.forEach(({ name }, i) => {
    if (classes.findIndex((one) => one.name === name) === i) return;
    complaints.at([...path, i, 'name'], `another class is called \`${name}\` already`);
  });
  if (classes.length > 0 && classes.every(({ weight }) => weight === 0)) {
    complaints.at(path, 'the weight of every class is 0: no request could have one');
  }
}

function readArrivals({ arrivals, classes }: TrafficFile, path: Path, around: TrafficAround): ArrivalSpec {
  const { complaints } = around;
  if ('poisson' in arrivals) return { kind: 'poisson', rate: arrivals.poisson };
  if ('deterministic' in arrivals) return { kind: 'deterministic', rate: arrivals.deterministic };
  if ('closed' in arrivals) return { kind: 'closed', thinkTime: arrivals.closed.thinkTime };
  if ('daily' in arrivals) {
    const { mean, peak } = arrivals.daily;
    if (peak < mean || peak > 2 * mean) {
      const message = `the peak of a wave around ${mean}/s is from ${mean}/s to ${2 * mean}/s`;
      complaints.at([...path, 'daily', 'peak'], message, { found: `${peak}/s` });
    }
    return { kind: 'daily', ...arrivals.daily };
  }
  if ('mmpp' in arrivals) {
    if (arrivals.mmpp.every(({ rate }) => rate === 0)) {
      complaints.at([...path, 'mmpp'], 'the rate of every state is 0: no request would come');
    }
    return { kind: 'mmpp', states: arrivals.mmpp };
  }
  if ('profile' in arrivals) {
    checkOrder(
      arrivals.profile.map(({ at }) => at),
      [...path, 'profile'],
      'at',
      complaints,
    );
    return { kind: 'profile', points: arrivals.profile };
  }
  const { recorded } = arrivals;
  if (typeof recorded !== 'string') {
    checkOrder(recorded, [...path, 'recorded'], undefined, complaints);
    return { kind: 'recorded', times: recorded, clients: null, classes: null, demands: null };
  }
  const names = (classes ?? []).map(({ name }) => name);
  const recording = recordingIn(recorded, [...path, 'recorded'], names, around);
  return { kind: 'recorded', ...recording };
}

function checkOrder(times: readonly number[], path: Path, key: string | undefined, complaints: Complaints): void {
  times.forEach((time, i) => {
    if (i === 0 || time >= times[i - 1]) return;
    const at = key === undefined ? [...path, i] : [...path, i, key];
    const what = key === undefined ? 'times' : 'points';
    complaints.at(at, `${what} must stand in the order of time`, { found: formatDuration(time) });
  });
}

const NOTHING: Recording = { times: [], clients: null, classes: null, demands: null };

function recordingIn(name: string, path: Path, classes: readonly string[], around: TrafficAround): Recording {
  const { complaints, readData } = around;
  if (readData === undefined) {
    complaints.at(path, 'this scenario cannot read a file here; give the times as a list');
    return NOTHING;
  }
  try {
    const { text, file } = readData(name, complaints.fileAt(path));
    const { recording, problems } = readRecording(text, file, classes);
    complaints.addAll(problems);
    return recording;
  } catch (error) {
    const why = error instanceof ScenarioError ? error.problems[0].message : (error as Error).message;
    complaints.at(path, `cannot read \`${name}\`: ${why}`);
    return NOTHING;
  }
}

function clientsIn(arrivals: ArrivalSpec): number {
  if (arrivals.kind !== 'recorded' || arrivals.clients === null) return 1;
  return arrivals.clients.reduce((most, client) => Math.max(most, client + 1), 1);
}
