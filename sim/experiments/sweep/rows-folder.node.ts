import { createHash } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Scenario } from '../../scenario/scenario.ts';
import { VERSION } from '../../measure/version.ts';
import { FolderLock } from './folder-lock.node.ts';
import type { Shard, SweepPlan } from './plan.ts';
import type { SweepRow } from './rows.ts';
import {
  canonicalLines,
  differenceOf,
  formatHeader,
  formatRow,
  keyOfRow,
  missingUnits,
  parseRowsFile,
} from './rows.ts';
import { SweepError } from './sweep-error.ts';

/** Writes all of a text at the end of an open file. */
export type Append = (descriptor: number, text: string) => void;

const append: Append = (descriptor, text) => {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written);
};

/** The name of a shard's rows file in the folder of its sweep. */
export function rowsFileName({ index, count }: Shard): string {
  return count === 1 ? 'rows.jsonl' : `rows-${index}-of-${count}.jsonl`;
}

/** What a sweep depends on beside its plan: the worlds and designs as they are run, and the text of the plugins. */
export function scenarioHash({ world, designs, plugins }: Scenario): string {
  const hash = createHash('sha256').update(VERSION);
  hash.update(JSON.stringify([world, designs], (_key, one: unknown) => (one === Infinity ? '@Infinity' : one)));
  for (const plugin of plugins) hash.update(readFileSync(plugin));
  return hash.digest('hex').slice(0, 16);
}

/**
 * The rows of one shard in a folder, of which this process is the only writer. Whatever ends it, the rows that were
 * written are found again when it is next opened, and a line that was torn off is taken away.
 */
export class RowsFolder {
  /** Rows that are there, by key. */
  readonly rows: Map<string, SweepRow>;
  /** Whether a torn line was found and taken away. */
  readonly repaired: boolean;
  readonly file: string;
  private readonly plan: SweepPlan;
  private readonly shard: Shard;
  private readonly lock: FolderLock;
  private readonly append: Append;
  private descriptor: number;

  /** Makes the folder if it is not there. Throws `SweepError`. */
  constructor(folder: string, plan: SweepPlan, shard: Shard, write: Append = append) {
    this.plan = plan;
    this.shard = shard;
    this.append = write;
    this.file = join(folder, rowsFileName(shard));
    explained(`cannot make the folder ${folder}`, () => mkdirSync(folder, { recursive: true }));
    this.lock = new FolderLock(`${this.file}.lock`);
    try {
      const text = this.read();
      const known = parseRowsFile(text, this.file);
      this.repaired = text.length > (known?.whole ?? 0);
      this.rows = new Map(known?.rows ?? []);
      if (known !== undefined) this.checkPlan(known.plan, known.shard);
      const grown = known !== undefined && known.plan.seeds.length < plan.seeds.length;
      if (grown) this.rewrite([formatHeader(plan, shard), ...[...this.rows.values()].map(formatRow)]);
      this.descriptor = explained(`cannot write ${this.file}`, () => openSync(this.file, 'a'));
      if (!grown) ftruncateSync(this.descriptor, Buffer.byteLength(text.slice(0, known?.whole ?? 0)));
      if (known === undefined) this.write(formatHeader(plan, shard));
    } catch (error) {
      this.lock.release();
      throw error;
    }
  }

  /** Adds the rows of a unit, those that are not there already, in one go. Throws `SweepError`, as of a full disk. */
  add(rows: readonly SweepRow[]): void {
    const fresh = rows.filter((row) => !this.rows.has(keyOfRow(row)));
    this.write(fresh.map(formatRow).join(''));
    for (const row of fresh) this.rows.set(keyOfRow(row), row);
  }

  /** Puts the rows in their order once all are there: then a sweep has the same bytes however it came about. */
  finish(): void {
    if (missingUnits(this.plan, this.shard, this.rows).length > 0) return;
    this.rewrite(canonicalLines(this.plan, this.shard, this.rows));
  }

  /** Lets others write. */
  close(): void {
    closeSync(this.descriptor);
    this.lock.release();
  }

  private read(): string {
    try {
      return readFileSync(this.file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
      throw new SweepError(`cannot read ${this.file}: ${(error as Error).message}`, { cause: error });
    }
  }

  private checkPlan(known: SweepPlan, shard: Shard): void {
    const wanted = this.plan;
    if (known.hash !== wanted.hash) {
      throw new SweepError(
        `${this.file} was begun with another ${wanted.scenario}: the scenario, its settings or its plugins have changed since (${known.hash}, now ${wanted.hash}), so new rows would not compare with the old. Nothing has been touched: give another folder, or bring the scenario back`,
      );
    }
    // More seeds make it more precise; anything else makes it another sweep.
    const seeds = wanted.seeds.slice(0, known.seeds.length);
    const difference = differenceOf({ ...known, seeds: [] }, { ...wanted, seeds: [] });
    const other = difference ?? (JSON.stringify(seeds) === JSON.stringify(known.seeds) ? undefined : 'seeds');
    if (other !== undefined || shard.count !== this.shard.count || shard.index !== this.shard.index) {
      throw new SweepError(
        `${this.file} holds another sweep: its \`${other ?? 'shard'}\` differ from what is asked for now. Nothing has been touched: give another folder`,
      );
    }
  }

  private write(text: string): void {
    if (text === '') return;
    explained(`cannot write ${this.file}`, () => this.append(this.descriptor, text), this.progress());
  }

  /** Puts a new file in the place of the old, which stays as it is until the new one is whole. */
  private rewrite(lines: Iterable<string>): void {
    const fresh = `${this.file}.new`;
    const write = (): void => {
      const descriptor = openSync(fresh, 'w');
      try {
        for (const line of lines) this.append(descriptor, line);
        fsyncSync(descriptor);
      } finally {
        closeSync(descriptor);
      }
      renameSync(fresh, this.file);
    };
    try {
      explained(`cannot write ${fresh}`, write, this.progress());
    } catch (error) {
      rmSync(fresh, { force: true });
      throw error;
    }
  }

  private progress(): string {
    return `${this.rows.size} rows are safe in ${this.file}; make room, start the same command again, and it goes on from there`;
  }
}

/** Does something with files; what goes wrong is said as a user has to hear it. */
function explained<Result>(what: string, act: () => Result, andThen?: string): Result {
  try {
    return act();
  } catch (error) {
    if (error instanceof SweepError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'ENOSPC' ? 'the disk is full' : message;
    throw new SweepError(`${what}: ${why}${andThen === undefined ? '' : `. ${andThen}`}`, { cause: error });
  }
}
