import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LATE_BREAKER } from '../properties/testing/planted.ts';
import { overcontrolHere } from './testing/program.ts';

/** Sound as long as the breaker's window is long. */
const SCENARIO = `${LATE_BREAKER.text}expect:
  - { that: success >= 90% }
  - { that: amplification <= 2 }
`;

let folder = '';
let file = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'overcontrol-hunt-'));
  file = join(folder, 'late-breaker.yaml');
  writeFileSync(file, SCENARIO);
});

afterAll(() => rmSync(folder, { recursive: true }));

const FEW = ['--cases', '25', '--replications', '3', '--vary', 'breaker.window=1s..10s'];

describe('hunt', () => {
  it('finds the least that breaks an expectation, saves it beside the file, and ends with 1', async () => {
    const { code, stdout, stderr } = await overcontrolHere(['hunt', file, ...FEW]);
    expect(code).toBe(1);
    expect(stdout).toContain('Hunt in late-breaker: 1 expectation broken');
    expect(stdout).toMatch(/Broken: success >= 90% of `layered`\n\nbreaker\.window 10s -> 4\.05s\n/);
    expect(stdout).toContain('Nearest that passes: breaker.window 10s -> 4.1s');
    expect(stdout).toMatch(/breaker +too many calls fail +4s .*closed -> open/);
    const [saved] = readdirSync(join(folder, 'counterexamples'));
    expect(stderr).toContain(`Saved: ${join(folder, 'counterexamples', saved)}`);
    const replayed = await overcontrolHere(['replay', join(folder, 'counterexamples', saved)]);
    expect([replayed.code, replayed.stdout]).toEqual([0, expect.stringContaining('They are the same')]);
  });

  it('judges what is known first, and tells continuous integration of it', async () => {
    const { code, stdout } = await overcontrolHere(['hunt', file, ...FEW, '-o', 'junit']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/<testsuites tests="2" failures="1" errors="0">/);
    expect(stdout).toMatch(/<failure message="breaker\.window 10s -&gt; 4\.05s: \d/);
  });

  it('ends with 0 where nothing breaks, and saves nothing', async () => {
    const corpus = join(folder, 'none');
    const args = ['hunt', file, '--cases', '6', '--replications', '1', '--vary', 'breaker.window=8s..10s'];
    const { code, stdout } = await overcontrolHere([...args, '--corpus', corpus, '--json', '--seed', 'other']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, counterexamples: [], findings: { cases: 6, ended: 'runs' } });
    expect(readdirSync(folder)).not.toContain('none');
  });

  it.each([
    ['a setting that there is not', ['--vary', 'breaker.windw=1s..2s'], /has no duration at `breaker\.windw`/],
    ['what cannot be varied', ['--vary', 'weather'], /--vary: expected path=low\.\.high .*\(breaker\), not `weather`/],
    ['no number of cases', ['--cases', 'many'], /--cases: expected a whole number from 1 on, not `many`/],
    ['no time', ['--for', 'ever'], /`budget` is a duration such as '30s', not ever/],
    ['a scenario that expects nothing', ['--set', 'expect=[]'], /expects nothing: there is nothing to break/],
    ['an expectation of nothing', ['--set', 'expect=[{that: succes >= 1%}]'], /did you mean `success`/],
  ])('%s ends with 2 and a clear line', async (_what, args, says) => {
    const { code, stdout, stderr } = await overcontrolHere(['hunt', file, ...args]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});
