import type { FidelityFigures, RunFigures } from '../../measure/figures.ts';
import { SCHEMA_VERSION, VERSION } from '../../measure/version.ts';
import type { PhaseFigures } from './phase.ts';
import type { Shard, SweepPlan, SweepUnit } from './plan.ts';
import { settingsAt, unitsOf } from './plan.ts';
import type { Scalar } from './quantity.ts';
import { SweepError } from './sweep-error.ts';

/** What came of one design at one point over one seed. */
export interface SweepRow {
  /** Hash of the scenario. */
  readonly scenario: string;
  readonly design: string;
  readonly point: Readonly<Record<string, Scalar>>;
  readonly seed: string;
  readonly figures: RunFigures & Partial<FidelityFigures> & { readonly phase?: PhaseFigures };
}

/**
 * A rows file: JSON, one value a line. The first line says which sweep and which part of it this is, every other line is
 * a row. Lines are only ever added, so whatever ends the program costs no more than the line that was being written.
 */
export interface RowsFile {
  readonly name: string;
  readonly plan: SweepPlan;
  readonly shard: Shard;
  /** By key, each once. */
  readonly rows: ReadonlyMap<string, SweepRow>;
  /** Characters that belong to whole lines; what is behind them was torn off. */
  readonly whole: number;
}

const FORMAT = 'overcontrol-sweep';

export function formatHeader(plan: SweepPlan, { index, count }: Shard): string {
  const shard = `${index}/${count}`;
  return `${JSON.stringify({ format: FORMAT, schemaVersion: SCHEMA_VERSION, shard, plan })}\n`;
}

export function formatRow(row: SweepRow): string {
  return `${JSON.stringify(row)}\n`;
}

/** What tells a row from every other of its sweep. */
export function keyOfRow({ design, point, seed }: Pick<SweepRow, 'design' | 'point' | 'seed'>): string {
  return JSON.stringify([design, Object.values(point), seed]);
}

/** The keys of a unit's rows, in their order. */
export function keysOfUnit(plan: SweepPlan, { point, seed }: SweepUnit): string[] {
  const settings = settingsAt(plan, point);
  return plan.designs.map((design) => keyOfRow({ design, point: settings, seed }));
}

/** Reads a rows file; undefined if not even its first line is whole. Throws `SweepError`. */
export function parseRowsFile(text: string, name: string): RowsFile | undefined {
  const whole = text.lastIndexOf('\n') + 1;
  if (whole === 0 && (text === '' || `{"format":"${FORMAT}"`.startsWith(text.slice(0, 20)))) return undefined;
  const [first, ...lines] = text.slice(0, whole).split('\n').slice(0, -1);
  const { plan, shard } = parseHeader(first ?? text, name);
  const rows = new Map<string, SweepRow>();
  lines.forEach((line, i) => {
    const row = parseRow(line, plan, `${name}:${i + 2}`);
    const key = keyOfRow(row);
    const known = rows.get(key);
    if (known !== undefined && formatRow(known) !== `${line}\n`) {
      throw new SweepError(`${name}:${i + 2}: this row is there already, with other figures`);
    }
    rows.set(key, row);
  });
  return { name, plan, shard, rows, whole };
}

function parseHeader(line: string, name: string): { plan: SweepPlan; shard: Shard } {
  const header = parseJson(line) as { format?: unknown; shard?: unknown; plan?: SweepPlan } | undefined;
  const form = /^(\d+)\/(\d+)$/.exec(String(header?.shard));
  if (header?.format !== FORMAT || form === null || !Array.isArray(header.plan?.points)) {
    throw new SweepError(`${name} is no rows file of a sweep: its first line does not say "format":"${FORMAT}"`);
  }
  if (header.plan.version !== VERSION) {
    throw new SweepError(
      `${name} was written by version ${header.plan.version}, and this is ${VERSION}: the engine may have changed, so their rows do not compare`,
    );
  }
  return { plan: header.plan, shard: { index: Number(form[1]), count: Number(form[2]) } };
}

function parseRow(line: string, plan: SweepPlan, place: string): SweepRow {
  const row = parseJson(line) as SweepRow | undefined;
  if (typeof row?.figures !== 'object' || typeof row.point !== 'object' || typeof row.design !== 'string') {
    throw new SweepError(
      `${place}: the file is damaged: this line is no row of a sweep. Delete the line, and start again`,
    );
  }
  if (row.scenario !== plan.hash) {
    throw new SweepError(`${place}: this row belongs to another scenario (${row.scenario}, not ${plan.hash})`);
  }
  return row;
}

function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value === null ? undefined : value;
  } catch {
    return undefined;
  }
}

/** Units of which some row is missing. */
export function missingUnits(plan: SweepPlan, shard: Shard, rows: ReadonlyMap<string, unknown>): SweepUnit[] {
  return unitsOf(plan, shard).filter((unit) => keysOfUnit(plan, unit).some((key) => !rows.has(key)));
}

/** A complete rows file in the one order that there is, whatever the order in which its rows came. */
export function* canonicalLines(plan: SweepPlan, shard: Shard, rows: ReadonlyMap<string, SweepRow>): Generator<string> {
  yield formatHeader(plan, shard);
  for (const unit of unitsOf(plan, shard)) {
    for (const key of keysOfUnit(plan, unit)) yield formatRow(rows.get(key)!);
  }
}

/** Which member of two plans differs; undefined if none does. */
export function differenceOf(a: SweepPlan, b: SweepPlan): keyof SweepPlan | undefined {
  const names = Object.keys(a) as (keyof SweepPlan)[];
  return names.find((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name]));
}

/**
 * Joins the shards of one sweep, however it was split and in whatever order they come. Throws `SweepError` where one is
 * missing, there twice, unfinished, or of another sweep.
 */
export function mergeShards(files: readonly RowsFile[]): { plan: SweepPlan; rows: Map<string, SweepRow> } {
  const [first] = files;
  if (first === undefined) throw new SweepError('there is nothing to merge');
  const { plan } = first;
  const { count } = first.shard;
  const byIndex = new Map<number, RowsFile>();
  const rows = new Map<string, SweepRow>();
  for (const file of files) {
    const difference = differenceOf(plan, file.plan);
    if (difference !== undefined) {
      throw new SweepError(`${file.name} is of another sweep than ${first.name}: their \`${difference}\` differ`);
    }
    if (file.shard.count !== count) {
      const [a, b] = [first, file].map(({ name, shard }) => `${name} is shard ${shard.index} of ${shard.count}`);
      throw new SweepError(`${a}, and ${b}: these are not of one split`);
    }
    const twin = byIndex.get(file.shard.index);
    if (twin !== undefined) {
      throw new SweepError(`shard ${file.shard.index}/${count} is there twice: ${twin.name} and ${file.name}`);
    }
    byIndex.set(file.shard.index, file);
    for (const [key, row] of file.rows) rows.set(key, row);
  }
  checkCompleteness(plan, count, byIndex);
  return { plan, rows };
}

function checkCompleteness(plan: SweepPlan, count: number, byIndex: ReadonlyMap<number, RowsFile>): void {
  const missing = Array.from({ length: count }, (_, i) => i + 1).filter((index) => !byIndex.has(index));
  if (missing.length > 0) {
    const named = missing.slice(0, 10).map((index) => `${index}/${count}`);
    const more = missing.length > named.length ? ` and ${missing.length - named.length} more` : '';
    throw new SweepError(`shard ${named.join(', ')}${more} is missing`);
  }
  for (const { name, shard, rows } of byIndex.values()) {
    const left = missingUnits(plan, shard, rows).length;
    if (left === 0) continue;
    const what = count === 1 ? 'the sweep' : `shard ${shard.index}/${count}`;
    throw new SweepError(
      `${name}: ${what} is not finished: ${left} of ${unitsOf(plan, shard).length} runs are missing. Start it again, and it goes on where it ended`,
    );
  }
}
