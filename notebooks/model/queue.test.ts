import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { testLab } from '../testing/inline-lab.ts';
import { expectedQueue, measureQueue, queueRows, responseCurve } from './queue.ts';

const text = readFileSync(new URL('../../scenarios/validation/mmc.yaml', import.meta.url), 'utf8');

describe('a queue', () => {
  it('answers after five services at 80 % of one server, by formula', () => {
    const { response, waits } = expectedQueue({ servers: 1, load: 0.8 });
    expect(response).toBeCloseTo(5, 10);
    expect(waits).toBeCloseTo(0.8, 10);
    expect(responseCurve(1)[80].response).toBeCloseTo(5, 10);
  });

  it('comes to what the formula says, within its intervals', async () => {
    const queue = { servers: 3, load: 0.5 };
    const rows = queueRows(expectedQueue(queue), await measureQueue(testLab(), text, queue));
    expect(rows.map(({ figure, isInside }) => [figure, isInside])).toEqual([
      ['mean response, ms', true],
      ['share that waits', true],
      ['99th percentile, ms', true],
    ]);
    for (const { measured, theory } of rows) expect((measured.high - measured.low) / 2).toBeLessThan(0.1 * theory);
  });

  it('is not said to be inside where it is not', () => {
    const measured = { mean: 1, low: 0.9, high: 1.1 };
    const [row] = queueRows({ response: 2, waits: 1, p99: 1 }, { response: measured, waits: measured, p99: measured });
    expect(row.isInside).toBe(false);
  });
});
