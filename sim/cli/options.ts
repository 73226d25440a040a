import type { Options } from 'yargs';
import { UsageError } from './exit.ts';

/** Options of the commands, in the order in which help shows them. */
export type OptionTable = Readonly<Record<string, Options>>;

/** Of an option that is given more than once, the last counts. */
function last(value: unknown): unknown {
  return Array.isArray(value) ? (value as unknown[]).at(-1) : value;
}

function text(describe: string, more: Options = {}): Options {
  return { type: 'string', requiresArg: true, describe, coerce: last, ...more };
}

function flag(describe: string): Options {
  return { type: 'boolean', describe };
}

/** May be given more than once. */
function texts(describe: string): Options {
  return { type: 'string', requiresArg: true, describe };
}

export type Format = 'table' | 'json' | 'markdown' | 'csv' | 'junit' | 'html' | 'svg' | 'chrome-trace' | 'otlp';

export function outputOptions(formats: readonly Format[]): OptionTable {
  return {
    output: text('Form of the report', { alias: 'o', choices: formats, default: 'table' }),
    json: flag('Short for `-o json`'),
  };
}

export const OUT_OPTION: OptionTable = { out: text('Write the report to this file') };

/** Which run of a scenario. */
export const SCENARIO_OPTIONS: OptionTable = {
  seed: text('Seed, any text'),
  duration: text('When arrivals stop, such as 30s'),
  warmup: text('Arrivals before this do not count'),
  set: texts('Setting by path, such as breaker.waitOpen=5s; may be repeated'),
  verbose: flag('Say more about what is done (on stderr)'),
};

export const REPLICATIONS_OPTION: OptionTable = { replications: text('Number of seeds') };

export const WORKERS_OPTION: OptionTable = {
  workers: text('Worker threads; the results do not depend on it [one for each core]'),
};

export const MEASURE_OPTIONS: OptionTable = {
  'no-references': flag('Compare with nothing: no fidelity, kills, churn'),
  'no-verdicts': flag('Judge no decision'),
};

/** Which design, or one with layers left out. */
export const DESIGN_OPTIONS: OptionTable = {
  design: text('Which design', { default: 'layered' }),
  without: texts('Leave this layer out; may be repeated'),
  only: texts('Keep this layer only; may be repeated'),
};

/** What a command is given, as yargs reads it. */
export type Arguments = Readonly<Record<string, unknown>>;

/** The value of a text option, if it is given. */
export function textOption(args: Arguments, name: string): string | undefined {
  const value = args[name];
  return value === undefined ? undefined : String(value);
}

/** The value of an option each time that it is given. */
export function repeatedOption(args: Arguments, name: string): string[] {
  const value = args[name];
  if (value === undefined) return [];
  return (Array.isArray(value) ? (value as unknown[]) : [value]).map(String);
}

/** A whole number from 1 to `most`, if it is given. Throws `UsageError`. */
export function countOption(args: Arguments, name: string, most: number): number | undefined {
  const written = textOption(args, name);
  if (written === undefined) return undefined;
  const value = Number(written);
  if (/^\d+$/.test(written) && value >= 1 && value <= most) return value;
  throw new UsageError(`--${name}: expected a whole number from 1 to ${most}, not \`${written}\``);
}

/** The names in an option that may be repeated, or hold several with commas; undefined if it is not given. */
export function listOption(args: Arguments, name: string): string[] | undefined {
  const given = repeatedOption(args, name);
  return given.length === 0 ? undefined : given.flatMap(namesIn);
}

/** `a,b` */
export function namesIn(list: string): string[] {
  return list.split(',').map((name) => name.trim());
}

export function isSet(args: Arguments, name: string): boolean {
  return args[name] === true;
}

export function formatOption(args: Arguments): Format {
  return isSet(args, 'json') ? 'json' : ((args['output'] as Format | undefined) ?? 'table');
}
