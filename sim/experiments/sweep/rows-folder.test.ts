import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Registry } from '../../controllers/registry.ts';
import { read } from '../../scenario/testing/small-scenario.ts';
import { InlineExecutor } from '../executor.ts';
import { seedsOf } from '../run.ts';
import { parseParameter } from './parameter.ts';
import type { Shard, SweepPlan } from './plan.ts';
import { planSweep, unitsOf, WHOLE } from './plan.ts';
import { mergeShards, missingUnits, parseRowsFile } from './rows.ts';
import type { SweepRow } from './rows.ts';
import { RowsFolder, rowsFileName } from './rows-folder.node.ts';
import { runSweep } from './run-sweep.ts';
import type { SweepError } from './sweep-error.ts';

const TEXT = `name: tiny
duration: 2s
world:
  services: { api: { instances: 2, serviceTime: { exponential: 20ms } } }
  traffic: [{ name: users, to: api, arrivals: { poisson: 50/s }, deadline: 200ms }]
edges:
  - { from: users, to: api, layers: [{ name: again, kind: retry, tries: 2, perTryTimeout: 50ms }] }
`;
const executor = new InlineExecutor(new Registry());

function planOf(...seeds: string[]) {
  return planSweep({
    scenario: read(TEXT),
    hash: 'abc',
    parameters: ['again.tries=1..3', 'world.traffic.users.arrivals.poisson=50/s,80/s'].map(parseParameter),
    lhs: undefined,
    designs: ['layered', 'bare'],
    seeds,
    figures: ['success'],
    phases: false,
  });
}
const PLAN = planOf(...seedsOf('1', 3));

/** Every row of the plan, as one run makes them: made once, and the same every time. */
let made: Promise<SweepRow[][]> | undefined;
function allRows(plan = PLAN, shard: Shard = WHOLE): Promise<SweepRow[][]> {
  if (plan !== PLAN || shard !== WHOLE) return runRows(plan, shard);
  return (made ??= runRows(PLAN, WHOLE));
}

async function runRows(plan: SweepPlan, shard: Shard): Promise<SweepRow[][]> {
  const rows: SweepRow[][] = [];
  const means = {
    scenarioWith: (set: Readonly<Record<string, unknown>>) => read(TEXT, { set }),
    runTask: executor.runTask.bind(executor),
    width: 1,
  };
  await runSweep(plan, unitsOf(plan, shard), means, (unit) => rows.push([...unit]));
  return rows;
}

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'overcontrol-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const rowsFile = (shard: Shard = WHOLE) => join(folder, rowsFileName(shard));
const textOf = (shard: Shard = WHOLE) => readFileSync(rowsFile(shard), 'utf8');

function save(units: readonly (readonly SweepRow[])[], shard: Shard = WHOLE, plan = PLAN): void {
  const rows = new RowsFolder(folder, plan, shard);
  for (const unit of units) rows.add(unit);
  rows.finish();
  rows.close();
}

describe('the rows of a sweep', () => {
  it('have the same bytes in whatever order they came', async () => {
    const units = await allRows();
    save(units);
    const inOrder = textOf();
    rmSync(rowsFile());
    save(units.toReversed());
    expect(textOf()).toBe(inOrder);
    expect(inOrder.split('\n')).toHaveLength(1 + 6 * 3 * 2 + 1);
    expect(readdirSync(folder)).toEqual(['rows.jsonl']);
  });

  it('survive a kill at any byte: nothing is lost but the torn line, and nothing is there twice', async () => {
    const units = await allRows();
    save(units);
    const whole = textOf();
    for (let cut = 0; cut < whole.length; cut += 911) {
      writeFileSync(rowsFile(), whole.slice(0, cut));
      const rows = new RowsFolder(folder, PLAN, WHOLE);
      const linesBefore = whole.slice(0, cut).split('\n').length - 2;
      expect(rows.rows.size).toBe(Math.max(0, linesBefore));
      const missing = missingUnits(PLAN, WHOLE, rows.rows);
      expect(missing.length).toBe(18 - Math.floor(Math.max(0, linesBefore) / 2));
      const left = unitsOf(PLAN, WHOLE).flatMap((unit, i) =>
        missing.some(({ point, seed }) => point === unit.point && seed === unit.seed) ? [units[i]] : [],
      );
      for (const unit of left) rows.add(unit);
      rows.close();
      const lines = textOf().trimEnd().split('\n');
      expect(new Set(lines).size).toBe(lines.length);
      const again = new RowsFolder(folder, PLAN, WHOLE);
      expect([again.rows.size, again.repaired]).toEqual([36, false]);
      again.finish();
      again.close();
      expect(textOf()).toBe(whole);
    }
  });

  it('tell that a torn line was taken away', async () => {
    const [unit] = await allRows();
    save([unit]);
    appendFileSync(rowsFile(), '{"scenario":"abc","desi');
    const rows = new RowsFolder(folder, PLAN, WHOLE);
    expect([rows.repaired, rows.rows.size]).toEqual([true, 2]);
    rows.close();
  });

  it('may become those of more seeds', async () => {
    save(await allRows());
    const more = planOf(...seedsOf('1', 4));
    const rows = new RowsFolder(folder, more, WHOLE);
    expect(missingUnits(more, WHOLE, rows.rows)).toHaveLength(6);
    rows.close();
    const fresh = await allRows(more);
    save(fresh, WHOLE, more);
    const grown = textOf();
    rmSync(rowsFile());
    save(fresh, WHOLE, more);
    expect(textOf()).toBe(grown);
  });
});

describe('a full disk', () => {
  /** Room for so many bytes; the write that does not fit is done in part, as a real one is. */
  function diskOf(bytes: number) {
    let left = bytes;
    return (descriptor: number, text: string): void => {
      const part = text.slice(0, left);
      left -= part.length;
      appendFileSync(descriptor, part);
      if (part.length < text.length) throw Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' });
    };
  }

  it('is said, and costs nothing of what was written', async () => {
    const units = await allRows();
    save(units);
    const whole = textOf();
    rmSync(rowsFile());
    const rows = new RowsFolder(folder, PLAN, WHOLE, diskOf(Math.floor(whole.length / 2)));
    let written = 0;
    expect(() => {
      for (const unit of units) {
        rows.add(unit);
        written++;
      }
    }).toThrow(/rows\.jsonl: the disk is full\. \d+ rows are safe in .*rows\.jsonl; make room/);
    rows.close();
    const again = new RowsFolder(folder, PLAN, WHOLE);
    expect(again.rows.size).toBeGreaterThanOrEqual(written * 2);
    again.close();
    save(units);
    expect(textOf()).toBe(whole);
  });

  it('while the rows are put in order leaves them as they are', async () => {
    const units = await allRows();
    const unordered = new RowsFolder(folder, PLAN, WHOLE);
    for (const unit of units.toReversed()) unordered.add(unit);
    unordered.close();
    const before = textOf();
    const rows = new RowsFolder(folder, PLAN, WHOLE, diskOf(1000));
    expect(() => rows.finish()).toThrow(/the disk is full/);
    rows.close();
    expect(textOf()).toBe(before);
    expect(readdirSync(folder)).toEqual(['rows.jsonl']);
  });
});

describe('a folder', () => {
  const messageOf = (act: () => unknown): string => {
    try {
      act();
    } catch (error) {
      return (error as SweepError).message;
    }
    return 'no error';
  };

  it('has one writer at a time', () => {
    const rows = new RowsFolder(folder, PLAN, WHOLE);
    expect(messageOf(() => new RowsFolder(folder, PLAN, WHOLE))).toMatch(
      new RegExp(`another sweep, process ${process.pid} on .*, is writing here\\. If it is not, delete .*\\.lock`),
    );
    const shard = new RowsFolder(folder, PLAN, { index: 2, count: 3 });
    shard.close();
    rows.close();
    new RowsFolder(folder, PLAN, WHOLE).close();
  });

  it('is taken over from a process that is no more, but not from another machine', () => {
    const lock = `${rowsFile()}.lock`;
    writeFileSync(lock, JSON.stringify({ pid: 2 ** 22 + 1, host: hostname() }));
    new RowsFolder(folder, PLAN, WHOLE).close();
    writeFileSync(lock, JSON.stringify({ pid: 1, host: 'elsewhere' }));
    expect(messageOf(() => new RowsFolder(folder, PLAN, WHOLE))).toMatch(/process 1 on elsewhere/);
  });

  it('of a scenario that has changed is left alone', async () => {
    save(await allRows());
    const before = textOf();
    expect(messageOf(() => new RowsFolder(folder, { ...PLAN, hash: 'def' }, WHOLE))).toMatch(
      /was begun with another tiny: the scenario, .* have changed since \(abc, now def\).*Nothing has been touched/,
    );
    expect(messageOf(() => new RowsFolder(folder, { ...PLAN, figures: ['latencyMs.p99'] }, WHOLE))).toMatch(
      /holds another sweep: its `figures` differ/,
    );
    expect(messageOf(() => new RowsFolder(folder, planOf('2', '3', '4'), WHOLE))).toMatch(/its `seeds` differ/);
    expect(textOf()).toBe(before);
    new RowsFolder(folder, PLAN, WHOLE).close();
  });

  it('with a damaged line, or something else in it, is an error with its place', async () => {
    const units = await allRows();
    save(units);
    writeFileSync(rowsFile(), textOf().replace('"design":"bare"', '"design:"bare"'));
    expect(messageOf(() => new RowsFolder(folder, PLAN, WHOLE))).toMatch(/rows\.jsonl:3: the file is damaged/);
    writeFileSync(rowsFile(), 'a,b,c\n1,2,3\n');
    expect(messageOf(() => new RowsFolder(folder, PLAN, WHOLE))).toMatch(/is no rows file of a sweep/);
  });
});

describe('shards', () => {
  it.each([1, 2, 3, 7, 18, 40])('of any split, %i, merge in any order to the bytes of one run', async (count) => {
    const units = await allRows();
    save(units);
    const whole = textOf();
    const shards = Array.from({ length: count }, (_, i): Shard => ({ index: i + 1, count }));
    shards.forEach((shard) => save(units.filter((_, i) => i % count === shard.index - 1).toReversed(), shard));
    const files = shards.map((shard) => parseRowsFile(textOf(shard), rowsFile(shard))!);
    for (const order of [files, files.toReversed()]) {
      const { plan, rows } = mergeShards(order);
      const merged = join(folder, 'merged');
      const into = new RowsFolder(merged, plan, WHOLE);
      into.add([...rows.values()]);
      into.finish();
      into.close();
      expect(readFileSync(join(merged, 'rows.jsonl'), 'utf8')).toBe(whole);
      rmSync(merged, { recursive: true });
    }
  });

  it('are run apart as they are run together', async () => {
    const rows = await allRows();
    const shard = { index: 2, count: 4 };
    expect(await allRows(PLAN, shard)).toEqual(rows.filter((_, i) => i % 4 === 1));
  });

  it('that are missing, doubled, unfinished or of another sweep are errors', async () => {
    const units = await allRows();
    const file = (shard: Shard, plan = PLAN) => {
      save(
        units.filter((_, i) => i % shard.count === shard.index - 1),
        shard,
        plan,
      );
      return { ...parseRowsFile(textOf(shard), rowsFileName(shard))! };
    };
    const [one, two, three] = [1, 2, 3].map((index) => file({ index, count: 3 }));
    expect(() => mergeShards([one, three])).toThrow(/^shard 2\/3 is missing$/);
    expect(() => mergeShards([one, two, three, { ...two, name: 'copy.jsonl' }])).toThrow(
      /^shard 2\/3 is there twice: rows-2-of-3\.jsonl and copy\.jsonl$/,
    );
    const unfinished = { ...two, rows: new Map([...two.rows].slice(3)) };
    expect(() => mergeShards([one, unfinished, three])).toThrow(/shard 2\/3 is not finished: 2 of 6 runs are missing/);
    expect(() => mergeShards([one, file({ index: 2, count: 4 })])).toThrow(/not of one split/);
    expect(() => mergeShards([one, { ...two, plan: { ...PLAN, hash: 'def' } }])).toThrow(/their `hash` differ/);
    expect(() => mergeShards([])).toThrow(/nothing to merge/);
  });
});
