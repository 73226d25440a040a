import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { SweepResult } from '../index.ts';
import { overcontrol, overcontrolHere, ROOT, testFile } from './testing/program.ts';

const SMALL = testFile('small.yaml');
const HERD = testFile('herd.yaml');
const METASTABLE = testFile('metastable.yaml');
const VARIED = ['sweep', SMALL, '--param', 'again.tries=1..4', '--replications', '3', '--duration', '5s'];

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'overcontrol-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const textOf = (...path: string[]) => readFileSync(join(folder, ...path), 'utf8');

describe('a sweep', () => {
  it('gives the same bytes with one worker and with three, in memory and from a folder', async () => {
    for (const workers of ['1', '3']) {
      const { code, stderr } = await overcontrolHere([...VARIED, '--workers', workers, '--out', join(folder, workers)]);
      expect([code, stderr]).toEqual([0, '']);
    }
    expect(textOf('3', 'rows.jsonl')).toBe(textOf('1', 'rows.jsonl'));
    const inMemory = await overcontrolHere([...VARIED, '--json']);
    const again = await overcontrolHere([...VARIED, '--out', join(folder, '1'), '--json']);
    expect(again.stderr).toMatch(/has 12 of 12 runs already/);
    expect(again.stdout).toBe(inMemory.stdout);
  });

  it('that is killed goes on where it was, and comes to the same bytes', async () => {
    const args = [...VARIED, '--out'];
    await overcontrolHere([...args, join(folder, 'at-once')]);
    const rows = join(folder, 'killed', 'rows.jsonl');
    const child = spawn(process.execPath, ['--import', 'tsx', 'sim/cli/main.ts', ...args, join(folder, 'killed')], {
      cwd: ROOT,
      stdio: 'ignore',
    });
    const ended = once(child, 'exit');
    while (!existsSync(rows) || statSync(rows).size < 3000) await sleep(5);
    child.kill('SIGKILL');
    await ended;
    expect(existsSync(`${rows}.lock`)).toBe(true);
    const { code, stderr } = await overcontrolHere([...args, join(folder, 'killed')]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/has \d+ of 12 runs already/);
    expect(textOf('killed', 'rows.jsonl')).toBe(textOf('at-once', 'rows.jsonl'));
    expect(existsSync(`${rows}.lock`)).toBe(false);
  });

  it('that is interrupted says how to go on', async () => {
    const args = [
      ...VARIED,
      '--duration',
      '100s',
      '--replications',
      '8',
      '--out',
      folder,
      '--verbose',
      '--workers',
      '1',
    ];
    const child = spawn(process.execPath, ['--import', 'tsx', 'sim/cli/main.ts', ...args], { cwd: ROOT });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const ended = once(child, 'exit');
    const rows = join(folder, 'rows.jsonl');
    while (!existsSync(rows) || statSync(rows).size < 2000) await sleep(5);
    child.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
    expect(stderr).toMatch(/Interrupted: \d+ of 32 runs are safe in .*rows\.jsonl; start the same command to go on\./);
    expect(existsSync(`${rows}.lock`)).toBe(false);
  });

  it('finds the lag from which on a balancer is worse than random', async () => {
    const { stdout } = await overcontrolHere([
      'sweep',
      HERD,
      '--param',
      'balancer.metrics.lag=0ms..200ms:50ms',
      '--json',
      '--workers',
      '2',
    ]);
    const { thresholds, points } = JSON.parse(stdout) as SweepResult;
    expect(thresholds).toMatchObject([
      { parameter: 'balancer.metrics.lag', design: 'layered', low: 0, high: 50e6, rises: false },
    ]);
    expect(thresholds[0].at).toBeGreaterThan(0);
    expect(thresholds[0].at).toBeLessThan(50e6);
    const success = points.map(({ designs }) => designs[0].figures['success']!.mean);
    expect(success.toSorted((a, b) => b - a)).toEqual(success);
    // Nothing of `bare` depends on the lag.
    expect(new Set(points.map(({ designs }) => designs[1].figures['success']!.mean)).size).toBe(1);
  });

  it('finds the tries from which on a system stays down, and draws the map of its phases', async () => {
    const one = await overcontrolHere(['sweep', METASTABLE, '--param', 'sidecar.tries=1..3', '--phases', '--json']);
    const { thresholds, points } = JSON.parse(one.stdout) as SweepResult;
    expect(points.map(({ designs }) => designs[0].phase!.phase)).toEqual(['stable', 'metastable', 'metastable']);
    expect(thresholds).toContainEqual(
      expect.objectContaining({ change: { kind: 'phase', phase: 'metastable' }, low: 1, high: 2, rises: true }),
    );
    const rates = 'world.traffic.web.arrivals.poisson=10/s,60/s,150/s';
    const two = ['sweep', METASTABLE, '--param', rates, '--param', 'sidecar.tries=1,3', '--phases', '--out', folder];
    const table = await overcontrolHere(two);
    expect(table.stdout).toMatch(/Phases of layered\n.*\n3 │ +stable +▓ metastable +█ overloaded/);
    const svg = await overcontrolHere([...two, '-o', 'svg']);
    expect(svg.stdout).toMatch(/^<svg xmlns[^]*>metastable<\/text>[^]*<\/svg>\n$/);
  });

  it('has a form in every format', async () => {
    const args = [...VARIED, '--figure', 'success', '--figure', 'latencyMs.p99', '--out', folder];
    const csv = (await overcontrolHere([...args, '-o', 'csv'])).stdout;
    expect(csv.split('\r\n')[0]).toBe('scenario,again.tries,design,figure,mean,low,high');
    expect(csv.trim().split('\r\n')).toHaveLength(1 + 4 * 2 * 2);
    expect((await overcontrolHere([...args, '-o', 'markdown'])).stdout).toMatch(/```text\nsuccess by again\.tries/);
    expect((await overcontrolHere([...args, '-o', 'html'])).stdout).toMatch(/<figure><svg[^]*<\/svg><\/figure>/);
    expect((await overcontrolHere([...args, '-o', 'svg'])).stdout).toMatch(/^<svg[^]*<polyline/);
    const summary = join(folder, 'summary.md');
    await overcontrol([...args, '-o', 'json'], { env: { GITHUB_STEP_SUMMARY: summary } });
    expect(textOf('summary.md')).toMatch(/^## small: again\.tries, 4 points over 3 seeds/);
  });
});

describe('shards', () => {
  it('that are run apart merge to the bytes of one run', async () => {
    const whole = await overcontrolHere([...VARIED, '--out', join(folder, 'whole'), '--json']);
    for (const i of [3, 1, 2]) {
      const { code, stdout, stderr } = await overcontrolHere([
        ...VARIED,
        '--out',
        join(folder, 'parts'),
        '--shard',
        `${i}/3`,
      ]);
      expect([code, stdout]).toEqual([0, '']);
      expect(stderr).toMatch(/shard \d of 3 is done\. When all are: overcontrol merge /);
    }
    const parts = [2, 3, 1].map((i) => join(folder, 'parts', `rows-${i}-of-3.jsonl`));
    const merged = await overcontrolHere(['merge', ...parts, '--out', join(folder, 'merged'), '--json']);
    expect(merged.stdout).toBe(whole.stdout);
    expect(textOf('merged', 'rows.jsonl')).toBe(textOf('whole', 'rows.jsonl'));
    expect((await overcontrolHere(['merge', join(folder, 'parts'), '--json'])).stdout).toBe(whole.stdout);
    const missing = await overcontrolHere(['merge', parts[0], parts[1]]);
    expect([missing.code, missing.stderr]).toEqual([2, 'shard 1/3 is missing\n']);
    const doubled = await overcontrolHere(['merge', ...parts, parts[0]]);
    expect(doubled.code).toBe(2);
    expect(doubled.stderr).toMatch(/^shard 2\/3 is there twice/);
  });

  const sharded = [...VARIED, '--set', 'fuse.waitOpen=3s', '--shards', '3'];

  it('have a Slurm array that runs each of them', async () => {
    const rows = join(folder, 'with a space');
    const { stdout } = await overcontrolHere([...sharded, '--out', rows, '--emit', 'slurm']);
    expect(stdout).toMatch(/^#!\/bin\/bash\n#SBATCH .*\n#SBATCH --array=1-3\n/);
    const script = join(folder, 'job.sh');
    writeFileSync(script, stdout);
    // In the place of the program, one that says what it is asked.
    writeFileSync(join(folder, 'overcontrol'), '#!/bin/sh\nprintf "%s\\n" "$@"\n', { mode: 0o755 });
    const env = { PATH: `${folder}:${process.env['PATH']}`, SLURM_ARRAY_TASK_ID: '2', SLURM_CPUS_PER_TASK: '4' };
    const words = execFileSync('bash', [script], { env, encoding: 'utf8' }).trim().split('\n');
    expect(words).toEqual([
      'sweep',
      SMALL,
      '--param',
      'again.tries=1..4',
      '--set',
      'fuse.waitOpen=3s',
      '--replications',
      '3',
      '--duration',
      '5s',
      '--out',
      rows,
      '--shard',
      '2/3',
      '--workers',
      '4',
    ]);
  });

  it('have a Kubernetes Indexed Job that runs each of them', async () => {
    const { stdout } = await overcontrolHere([...sharded, '--out', join(folder, 'Tries'), '--emit', 'kubernetes']);
    const job = parse(stdout) as {
      spec: { template: { spec: { containers: { command: string[]; args: string[] }[] } } };
    };
    expect(job).toMatchObject({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'overcontrol-tries' },
      spec: { completionMode: 'Indexed', completions: 3, template: { spec: { restartPolicy: 'Never' } } },
    });
    const [{ command, args }] = job.spec.template.spec.containers;
    expect(command).toEqual(['/bin/sh', '-c']);
    const said = execFileSync('sh', ['-c', args[0].replace('exec overcontrol', 'echo')], {
      env: { ...process.env, JOB_COMPLETION_INDEX: '0' },
      encoding: 'utf8',
    });
    expect(said).toMatch(/^sweep \/scenario\/small\.yaml --param again\.tries=1\.\.4 .* --shard 1\/3 --workers 2\n$/);
  });
});

describe('what cannot be swept', () => {
  const cases: [string, string[], RegExp][] = [
    ['nothing', [], /^a sweep needs a --param/],
    ['a path that no layer has', ['--param', 'again.trie=1..3'], /^--param: again\.trie: .*did you mean `tries`\?/],
    ['a layer that there is not', ['--param', 'agan.tries=1..3'], /^--param: agan\.tries: unknown layer `agan`; did/],
    [
      'a path that no world has',
      ['--param', 'world.services.api.concurency=1..3'],
      /^--param: world\.services\.api\.concurency: .*did you mean `concurrency`\?/,
    ],
    ['a value that it cannot take', ['--param', 'again.tries=3..-1'], /^--param: again\.tries: expected/],
    ['an empty range', ['--param', 'again.tries=5..1:1'], /^--param again\.tries: `5\.\.1:1` is an empty range/],
    ['no range', ['--param', 'again.tries'], /^--param: expected path=range/],
    [
      'a path twice',
      ['--param', 'again.tries=1..2', '--param', 'again.tries=3..4'],
      /^--param again\.tries is given twice/,
    ],
    ['an unknown figure', ['--param', 'again.tries=1..2', '--figure', 'succes'], /^`--figure succes`: .*`success`\?/],
    ['an unknown design', ['--param', 'again.tries=1..2', '--design', 'no-fues'], /did you mean `no-fuse`\?/],
    ['a shard that is none', ['--param', 'again.tries=1..2', '--shard', '3/2'], /^--shard: expected i\/n/],
    ['a shard without a folder', ['--param', 'again.tries=1..2', '--shard', '1/2'], /^--shard needs --out/],
    ['no workers', ['--param', 'again.tries=1..2', '--workers', '0'], /^--workers: expected a whole number from 1/],
    [
      'more runs than are meant',
      ['--param', 'again.tries=1..50', '--param', 'fuse.failures=1..50', '--replications', '4'],
      /^This sweep takes up to 20,000 runs \(2,500 points, 4 seeds\), more than 10,000: say --yes/,
    ],
    [
      'no picture',
      ['--param', 'again.tries=1..2', '--lhs', '3', '-o', 'svg', '--duration', '1s'],
      /^-o svg: there is no/,
    ],
  ];
  it.each(cases)('such as %s ends with 2 and a clear line', async (_what, args, says) => {
    const { code, stdout, stderr } = await overcontrolHere(['sweep', SMALL, ...args]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('phases without a fault that ends', async () => {
    const { code, stderr } = await overcontrolHere(['sweep', HERD, '--param', 'balancer.choices=1,2', '--phases']);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^--phases needs a trigger/)]);
  });

  it('a folder that another sweep writes to, or of a scenario that has changed since', async () => {
    const file = join(folder, 'own.yaml');
    writeFileSync(file, readFileSync(join(ROOT, SMALL)));
    const args = ['sweep', file, ...VARIED.slice(2), '--out', folder];
    writeFileSync(join(folder, 'rows.jsonl.lock'), JSON.stringify({ pid: process.pid, host: hostname() }));
    const locked = await overcontrolHere(args);
    expect([locked.code, locked.stderr]).toEqual([2, expect.stringMatching(/^another sweep, process \d+ on .*, is/)]);
    rmSync(join(folder, 'rows.jsonl.lock'));
    expect((await overcontrolHere(args)).code).toBe(0);
    const before = textOf('rows.jsonl');
    writeFileSync(file, readFileSync(file, 'utf8').replace('failures: 2', 'failures: 3'));
    const changed = await overcontrolHere(args);
    expect([changed.code, changed.stderr]).toEqual([2, expect.stringMatching(/have changed since/)]);
    expect(textOf('rows.jsonl')).toBe(before);
  });

  it.each([
    [['nowhere'], /^nowhere: there is no such file or folder/],
    [['sim/cli/testing'], /holds no rows of a sweep/],
    [[SMALL], /small\.yaml is no rows file of a sweep/],
  ])('nor merged: %s', async (files, says) => {
    const { code, stderr } = await overcontrolHere(['merge', ...files]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(says)]);
  });
});
