import { describe, expect, it } from 'vitest';
import type { RunDocument, RunsDocument } from '../experiments/run.ts';
import { renderCsv } from './csv.ts';
import { runCsv } from './figures-csv.ts';
import { runReport, wrongText } from './run-report.ts';
import { WRONG_KINDS } from '../measure/layer-ledger.ts';
import { about, RUN, SCENARIO } from './testing/figures.ts';
import { renderText } from './text.ts';

const text = (document: RunDocument | RunsDocument, width = 120): string =>
  renderText(runReport(SCENARIO, document), { width, colour: false });

/** Every number of a run as a mean of several. */
function several({ seed: _seed, digest: _digest, expect: expectations, notes, ...run }: RunDocument): RunsDocument {
  const estimated = JSON.parse(JSON.stringify(run), (_key, value: unknown) =>
    typeof value === 'number' ? about(value, value / 10) : value,
  ) as object;
  const perSeed = [
    { seed: '1', digest: 'aaaa' },
    { seed: '1/1', digest: 'bbbb' },
  ];
  return {
    ...estimated,
    seeds: ['1', '1/1'],
    perSeed,
    durationMs: 1,
    warmupMs: 0,
    expect: expectations,
    notes,
  } as never;
}

describe('the report of a run', () => {
  it('shows outcomes, references, latency, layers and conflicts', async () => {
    await expect(text(RUN)).toMatchFileSnapshot('outputs/run.txt');
  });

  it('has room on a terminal of 80 columns', async () => {
    await expect(text(RUN, 80)).toMatchFileSnapshot('outputs/run-80.txt');
  });

  it('shows margins over several seeds', async () => {
    await expect(text(several(RUN))).toMatchFileSnapshot('outputs/runs.txt');
  });

  it('shows nothing of references and verdicts that were not asked for', () => {
    const bare = { ...RUN, fidelity: null, servable: null, killed: null, layers: null, conflicts: null, expect: [] };
    const shown = text(bare);
    expect(shown).not.toMatch(/killed|Layers|Conflicts|Expectations/);
    expect(shown).toContain('served        117,600');
  });

  it('lists the conflicts of many layers instead of a matrix', () => {
    const names = Array.from({ length: 8 }, (_, i) => `layer${i}`);
    const layers = Object.fromEntries(names.map((name) => [name, RUN.layers!['limiter']]));
    const conflicts = names
      .slice(1)
      .map((against) => ({ by: 'layer0', against, kind: 'overruled' as const, count: 5 }));
    expect(text({ ...RUN, layers, conflicts })).toContain('layer0  overruled  layer7       5\n');
  });

  it('has words for every way in which a decision can be wrong', () => {
    expect(WRONG_KINDS.filter((kind) => wrongText(kind) === kind && kind !== 'misroute')).toEqual([]);
  });

  it('gives every figure in full as CSV', () => {
    const rows = renderCsv(runCsv(RUN)).split('\r\n');
    expect(rows[0]).toBe('scenario,design,seed,figure,value');
    expect(rows).toContain('story,layered,1,layers.breaker.stalenessMs.p50,2994.73');
    const means = renderCsv(runCsv(several(RUN))).split('\r\n');
    expect(means[0]).toBe('scenario,design,figure,mean,low,high');
    expect(means).toContain('story,layered,killed.total,2100,1890,2310');
  });
});
