/**
 * `npx tsx scenarios/validation/write-table.ts [case..]`: runs the case library, or the cases whose names contain one of the
 * given words, and writes what came out into README.md beside this file. Rows of other cases stay as they are.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { selectCases, validate } from '../../sim/index.ts';
import { loaderOf, PoolExecutor, readLibrary } from '../../sim/node.ts';
import { rowsOf, tableIn, withTable } from './table.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));
const file = `${folder}README.md`;
const library = readLibrary(folder);
const observer = new PoolExecutor();
const started = performance.now();
const results = await validate(selectCases(library, process.argv.slice(2), false), {
  load: loaderOf(folder),
  observer,
  onCase: ({ name }) => process.stderr.write(`${name}\n`),
});
await observer.close();
const text = readFileSync(file, 'utf8');
const rows = new Map([...tableIn(text), ...rowsOf(results)]);
const order = library.flatMap(({ name, figures }) => figures.map((figure) => `${name}: ${figure.name}`));
writeFileSync(
  file,
  withTable(
    text,
    order.flatMap((key) => rows.get(key) ?? []),
  ),
);
const off = results.filter(({ verdict }) => verdict !== 'ok').length;
const seconds = Math.round((performance.now() - started) / 1000);
process.stderr.write(`${results.length} figures in ${seconds} s, ${off} of them off\n`);
