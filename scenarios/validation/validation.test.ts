import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { NOT_HELD, selectCases, validate } from '../../sim/index.ts';
import { loaderOf, PoolExecutor, readLibrary } from '../../sim/node.ts';
import { notHeldTable, rowsOf, tableIn } from './table.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));
const library = readLibrary(folder);
const text = readFileSync(`${folder}README.md`, 'utf8');
const written = tableIn(text);

describe('the case library', () => {
  it('has a name for each case, and a figure in each', () => {
    expect(new Set(library.map(({ name }) => name)).size).toBe(library.length);
    expect(library.filter(({ figures }) => figures.length === 0)).toEqual([]);
  });

  it('uses every scenario, and every scenario can be read with the settings of every case', async () => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
    const points = library.flatMap((one) => one.points);
    expect([...new Set(points.map(({ scenario }) => `${scenario}.yaml`))].toSorted()).toEqual(files.toSorted());
    const load = loaderOf(folder);
    const first = new Map(points.map((point) => [`${point.scenario} ${point.design}`, point]));
    for (const point of first.values()) {
      const scenario = await load(point);
      expect(['layered', ...scenario.designs.map(({ name }) => name)]).toContain(point.design ?? 'layered');
    }
  });

  it('stands in the table with all its figures, none of them off', () => {
    const figures = library.flatMap(({ name, figures: all }) => all.map((figure) => `${name}: ${figure.name}`));
    expect([...written.keys()]).toEqual(figures);
    expect([...written.values()].filter((line) => !line.endsWith('| ok |'))).toEqual([]);
  });

  it('says of what is published and not held why', () => {
    expect(text.endsWith(`\n${notHeldTable()}\n`)).toBe(true);
    const files = readdirSync(`${folder}results`).map((name) => name.replace('.json', ''));
    expect(NOT_HELD.filter(({ file }) => !files.includes(file))).toEqual([]);
  });

  it('comes to what the table says, where that is quick', async () => {
    const observer = new PoolExecutor();
    const results = await validate(selectCases(library, [], true), { load: loaderOf(folder), observer });
    await observer.close();
    const rows = rowsOf(results);
    expect([...rows.values()].filter((line) => !line.endsWith('| ok |'))).toEqual([]);
    for (const [figure, line] of rows) expect(line).toBe(written.get(figure));
  });
});
