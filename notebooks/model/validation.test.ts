import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { testLab } from '../testing/inline-lab.ts';
import { compareRows, familiesOf, QUICK, readTable, runCase } from './validation.ts';

const table = readTable(readFileSync(new URL('../../scenarios/validation/README.md', import.meta.url), 'utf8'));

describe('the validation table', () => {
  it('is read as it stands, every line of it agreeing', () => {
    expect(table.length).toBeGreaterThan(900);
    expect(table.filter(({ verdict }) => verdict !== 'ok')).toEqual([]);
    expect(table[0]).toMatchObject({ family: 'mmc', expected: '5.000 ms', measured: '5.016 ms ± 0.081 ms' });
    expect(table[0].deviation).toBeCloseTo(0.016 / 0.081, 10);
  });

  it('has no deviation where an ordering or an exact count is expected', () => {
    const deviationOf = (expected: RegExp): (number | null)[] =>
      table.filter((row) => expected.test(row.expected)).map(({ deviation }) => deviation);
    expect(deviationOf(/^[<>]/).length).toBeGreaterThan(10);
    expect([...deviationOf(/^[<>]/), ...deviationOf(/ to /)].every((deviation) => deviation === null)).toBe(true);
  });

  it('has deviations spread as those of 99.9 % intervals are: around nothing, hardly any beyond the interval', () => {
    const deviations = table.flatMap(({ deviation }) => (deviation === null ? [] : [deviation]));
    expect(deviations.length).toBeGreaterThan(500);
    const mean = deviations.reduce((sum, one) => sum + one, 0) / deviations.length;
    expect(Math.abs(mean)).toBeLessThan(0.1);
    expect(deviations.filter((one) => Math.abs(one) > 1).length / deviations.length).toBeLessThan(0.02);
  });

  it('is summed up by family without losing a line', () => {
    const families = familiesOf(table);
    expect(families.reduce((sum, { figures }) => sum + figures, 0)).toBe(table.length);
    expect(families.every(({ agree, figures }) => agree === figures)).toBe(true);
  });
});

describe('a case that is run here', () => {
  it('comes to the digit to what the table says', async () => {
    const one = QUICK.find(({ name }) => name === 'retry-layers/3-layers-of-3-retries-at-1')!;
    const rows = compareRows(await runCase(testLab(), one), table);
    expect(rows.length).toBeGreaterThan(0);
    for (const { committed, here, verdict } of rows) expect([here, verdict]).toEqual([committed, 'ok']);
  });

  it('is said not to be in the table where it is not', () => {
    const [row] = table;
    expect(compareRows([row], [])).toMatchObject([{ committed: 'not in the table', same: false }]);
  });
});
