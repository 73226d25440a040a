import { describe, expect, it } from 'vitest';
import { overcontrolHere, testFile } from './testing/program.ts';

const DUEL = testFile('duel.yaml');
const QUICK = ['--replications', '2', '--duration', '2s'];

async function json(args: readonly string[]): Promise<Record<string, never>> {
  const { code, stdout, stderr } = await overcontrolHere([...args, '--json']);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as Record<string, never>;
}

describe('ablate', { timeout: 120_000 }, () => {
  it('prints shares, pairs, sets of layers and one sentence', async () => {
    const { code, stdout } = await overcontrolHere(['ablate', DUEL, ...QUICK]);
    expect(code).toBe(0);
    for (const part of [
      'Shares',
      'all together',
      'Pairs',
      'Sets of layers',
      'fidelity >= 99.5%',
      'the default objective',
    ]) {
      expect(stdout).toContain(part);
    }
  });

  it('gives the same as JSON, with an interval for every figure', async () => {
    const ablation = await json(['ablate', DUEL, ...QUICK, '--objective', 'success >= 50%']);
    expect(ablation).toMatchObject({
      scenario: 'duel',
      design: 'layered',
      layers: ['limiter', 'balancer', 'breaker'],
      method: { kind: 'exact' },
      objective: { that: ['success >= 50%'], source: 'given' },
    });
    expect(ablation['surfaces']).toHaveLength(8);
    expect(ablation['shares'][0]).toMatchObject({
      layer: 'limiter',
      share: { fidelity: { mean: expect.any(Number) as number } },
    });
  });

  it('writes shares, interactions and sets as rows', async () => {
    const { stdout } = await overcontrolHere(['ablate', DUEL, ...QUICK, '-o', 'csv']);
    const [head, ...rows] = stdout.trim().split(/\r?\n/);
    expect(head).toBe('scenario,design,what,layers,measure,mean,low,high');
    expect(rows.filter((row) => row.includes(',share,'))).toHaveLength(3 * 7);
    expect(rows.filter((row) => row.includes(',interaction,'))).toHaveLength(3 * 7);
  });

  it.each([
    [['--objective', 'success 99%'], '`success 99%`: expected a comparison'],
    [['--objective', 'succes >= 99%'], 'there is no figure `succes`; did you mean `success`?'],
    [['--design', 'bare'], '`bare` has no layer that could be removed'],
    [['--design', 'layred'], 'did you mean `layered`?'],
    [['--without', 'limitr'], 'has no layer `limitr`'],
    [['--squares', 'many'], '--squares: expected a whole number from 1 to 1000, not `many`'],
    [['--replications', '5000'], 'That takes 55000 runs, more than 20000: say --yes if that is meant.'],
  ])('with %j says what is wrong, and ends with 2', async (args, said) => {
    const { code, stdout, stderr } = await overcontrolHere([
      'ablate',
      DUEL,
      '--duration',
      '200ms',
      '--replications',
      '1',
      ...args,
    ]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(said);
    expect(stderr).not.toContain('    at ');
  });
});

describe('diagnose', { timeout: 120_000 }, () => {
  it('prints the modes of the whole and of each layer, what is policy, and requests to look at', async () => {
    const { code, stdout } = await overcontrolHere(['diagnose', DUEL, '--replications', '3', '--duration', '3s']);
    expect(code).toBe(0);
    for (const part of [
      'latency accumulation',
      'abstraction leak',
      'decision drift',
      'policy',
      'Layer by layer',
      'overcontrol explain',
    ]) {
      expect(stdout).toContain(part);
    }
  });

  it('gives the same as JSON and as rows', async () => {
    const diagnosis = await json(['diagnose', DUEL, ...QUICK]);
    expect(diagnosis).toMatchObject({ scenario: 'duel', measure: 'fidelity', whole: { layer: null } });
    expect((diagnosis['layers'] as { layer: string }[]).map(({ layer }) => layer)).toEqual([
      'limiter',
      'balancer',
      'breaker',
    ]);
    const whole = await json(['diagnose', DUEL, ...QUICK, '--whole-only']);
    expect(whole['layers']).toEqual([]);
    expect(whole['whole']).toEqual(diagnosis['whole']);
    const { stdout } = await overcontrolHere(['diagnose', DUEL, ...QUICK, '--whole-only', '-o', 'csv']);
    expect(stdout).toContain('duel,layered,,share,latency,');
  });

  it('of a design without layers says so, and ends with 2', async () => {
    const { code, stderr } = await overcontrolHere(['diagnose', DUEL, '--design', 'bare', ...QUICK]);
    expect([code, stderr]).toEqual([2, '`bare` has no layer that could be at fault\n']);
  });
});
