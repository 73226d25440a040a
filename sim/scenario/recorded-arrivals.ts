import { MAX_TIME, SECOND, wholeNanoseconds } from '../kernel/time.ts';
import { parseDuration } from '../units/duration.ts';
import type { Problem } from './scenario-error.ts';
import { unknownName } from './unknown-name.ts';

/** Arrivals of a recording: times in nanoseconds, and of each its client, class and demand where they were recorded. */
export interface Recording {
  readonly times: number[];
  readonly clients: number[] | null;
  readonly classes: number[] | null;
  readonly demands: number[] | null;
}

const COLUMNS = ['time', 'client', 'class', 'demand'];

/** Of a recording with many broken lines these are told. */
const MOST_PROBLEMS = 20;

/**
 * Reads a CSV file of arrivals. Its first line names the columns: `time`, and if known `client` (any text), `class` (one
 * of the traffic's) and `demand`. Times and demands are durations such as `250ms`, or plain numbers of seconds.
 */
export function readRecording(
  text: string,
  file: string,
  classNames: readonly string[],
): { recording: Recording; problems: Problem[] } {
  const problems: Problem[] = [];
  const complain = (line: number, column: number, message: string, more: Partial<Problem> = {}): void => {
    if (problems.length < MOST_PROBLEMS) problems.push({ file, line, column, path: '', message, ...more });
  };
  const lines = text.split(/\r?\n/);
  const header = cellsOf(lines[0] ?? '');
  const names = header.map(({ text: name }) => name);
  header.forEach(({ text: name, column }, i) => {
    if (names.indexOf(name) < i) complain(1, column, `another column is called \`${name}\` already`);
    if (COLUMNS.includes(name) || lines[0].trim() === '') return;
    const { message, hint } = unknownName('column', name, COLUMNS);
    complain(1, column, message, hint === undefined ? {} : { hint });
  });
  if (!names.includes('time')) complain(1, 1, 'the first line must name the columns, `time` among them');
  const recording: Recording = {
    times: [],
    clients: names.includes('client') ? [] : null,
    classes: names.includes('class') ? [] : null,
    demands: names.includes('demand') ? [] : null,
  };
  const clients = new Map<string, number>();
  for (let i = 1; i < lines.length && problems.length < MOST_PROBLEMS; i++) {
    const line = i + 1;
    if (lines[i].trim() === '' || lines[i].startsWith('#')) continue;
    const cells = cellsOf(lines[i]);
    if (cells.length !== names.length) {
      complain(line, 1, `expected ${names.length} values, as in the first line`, { found: String(cells.length) });
      continue;
    }
    cells.forEach(({ text: value, column }, c) => {
      switch (names[c]) {
        case 'time': {
          const time = timeOf(value);
          const last = recording.times.at(-1) ?? 0;
          if (time === undefined)
            complain(line, column, 'expected a time such as 1.5s or 1.5', { found: quoted(value) });
          else if (time < last) complain(line, column, 'arrivals must stand in the order of time', { found: value });
          recording.times.push(time ?? last);
          break;
        }
        case 'client':
          if (!clients.has(value)) clients.set(value, clients.size);
          recording.clients!.push(clients.get(value)!);
          break;
        case 'class': {
          const index = classNames.indexOf(value);
          if (index < 0) {
            const { message, hint } = unknownName('class', value, classNames);
            complain(line, column, message, hint === undefined ? {} : { hint });
          }
          recording.classes!.push(Math.max(0, index));
          break;
        }
        case 'demand': {
          const demand = timeOf(value);
          if (demand === undefined) {
            complain(line, column, 'expected a duration such as 80ms or 0.08', { found: quoted(value) });
          }
          recording.demands!.push(demand ?? 0);
          break;
        }
      }
    });
  }
  if (recording.times.length === 0 && problems.length === 0) complain(lines.length, 1, 'there is no arrival');
  return { recording, problems };
}

function quoted(value: string): string {
  return `\`${value}\``;
}

/** Nanoseconds of a duration, or of a plain number of seconds; undefined if it is neither. */
function timeOf(value: string): number | undefined {
  const time = /^\d+(\.\d+)?([eE][-+]?\d+)?$/.test(value)
    ? wholeNanoseconds(Number(value) * SECOND)
    : parseDuration(value);
  return time === undefined || !(time >= 0 && time <= MAX_TIME) ? undefined : time;
}

interface Cell {
  readonly text: string;
  /** From 1. */
  readonly column: number;
}

function cellsOf(line: string): Cell[] {
  let column = 1;
  return line.split(',').map((cell) => {
    const text = cell.trim();
    const at = column + cell.indexOf(text);
    column += cell.length + 1;
    return { text: text.replace(/^"(.*)"$/, '$1'), column: at };
  });
}
