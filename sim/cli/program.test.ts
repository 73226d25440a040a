import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { FIRST_KINDS as KNOWN_KINDS } from '../experiments/explain.ts';
import { WORST_KINDS as KNOWN_WORST_KINDS } from '../experiments/worst-request.ts';
import { FIRST_KINDS, WORST_KINDS } from './commands/explain.ts';
import { COMMANDS } from './commands/index.ts';
import { overcontrol, overcontrolHere, ROOT, testFile } from './testing/program.ts';

const SMALL = testFile('small.yaml');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'overcontrol-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('help', () => {
  it('names every command, and loads neither the simulator nor anything heavy', async () => {
    const loaded = join(folder, 'loaded');
    const { code, stdout, stderr } = await overcontrol(['--help'], {
      env: { LOADED: loaded },
      nodeOptions: ['--import', './sim/cli/testing/list-loaded.mjs'],
    });
    expect([code, stderr]).toEqual([0, '']);
    for (const { name } of COMMANDS) expect(stdout).toContain(`overcontrol ${name}`);
    const modules = readFileSync(loaded, 'utf8').split('\n');
    const own = modules
      .filter((url) => url.includes('/sim/'))
      .map((url) => url.replace(/^.*\/sim\//, '').replace(/\?.*/, ''));
    expect(own).toContain('cli/commands/run.ts');
    const allowed =
      /^(cli\/(main|engine-flags|program|command|options|exit|commands\/[a-z]+|testing\/list-loaded)|measure\/version|units\/nearest)\.m?[tj]s$/;
    expect(own.filter((module) => !allowed.test(module))).toEqual([]);
    expect(
      modules.filter((url) => /node_modules\/(zod|yaml|d3|tinypool|cli-table3|cli-progress|picocolors)\//.test(url)),
    ).toEqual([]);
  });

  it('offers to explain the kinds of requests that the simulator knows', () => {
    expect(FIRST_KINDS).toEqual(KNOWN_KINDS);
    expect(WORST_KINDS).toEqual(KNOWN_WORST_KINDS);
  });
});

describe('misuse', () => {
  const cases: [string, string[], RegExp][] = [
    ['an unknown command', ['comapre', SMALL], /^Unknown command `comapre`; did you mean `compare`\?/],
    ['an unknown option', ['run', SMALL, '--sed', '4'], /^Unknown option `--sed`; did you mean `--seed`\?/],
    ['a further argument', ['run', SMALL, 'more'], /^`run` takes no further argument `more`\./],
    ['a missing argument', ['run'], /^`run` needs its argument: overcontrol run <file>/],
    ['an unknown choice', ['explain', SMALL, '--first', 'kiled'], /^--first: .* not `kiled`; did you mean `killed`\?/],
    ['an unknown format', ['run', SMALL, '-o', 'jsno'], /^--output: .* not `jsno`; did you mean `json`\?/],
    ['a missing file', ['run', 'nowhere.yaml'], /^nowhere\.yaml: there is no such file/],
    ['an unknown design', ['run', SMALL, '--design', 'no-fues'], /^--design: .*did you mean `no-fuse`\?/],
    ['an unknown layer', ['run', SMALL, '--without', 'fues'], /^--without: .*did you mean `fuse`\?/],
    [
      'a setting of nothing',
      ['run', SMALL, '--set', 'fuse.failurs=3'],
      /^--set: fuse\.failurs: .*did you mean `failures`\?/,
    ],
    ['a setting without a value', ['run', SMALL, '--set', 'fuse.failures'], /^--set: expected path=value/],
    ['a wrong duration', ['run', SMALL, '--duration', 'abc'], /^--duration: expected a duration .* found "abc"/],
    ['wrong replications', ['compare', SMALL, '--replications', '0'], /^--replications: expected 1 to 100000, found 0/],
    [
      'both ways to choose a request',
      ['explain', SMALL, '--first', 'late', '--request', '3'],
      /^Give either --first or --request/,
    ],
    [
      'a request that there is not',
      ['explain', SMALL, '--request', '99999'],
      /^there is no request 99999: they are numbered/,
    ],
    [
      'an unknown figure',
      ['check', testFile('unknown-figure.yaml')],
      /unknown-figure\.yaml:6:\d+: expect\[0\]\.that: unknown figure `succes`.*did you mean `success`\?/,
    ],
    ['an option without its value', ['run', SMALL, '--seed'], /^--seed needs a value\./],
    [
      'an unknown policy',
      ['describe', 'tokenBuckt'],
      /^There is no layer or policy `tokenBuckt`; did you mean `tokenBucket`\?/,
    ],
    ['no run file', ['replay', SMALL], /small\.yaml is no counterexample/],
  ];
  it.each(cases)('such as %s ends with 2, a clear line and no stack trace', async (_what, args, says) => {
    const { code, stdout, stderr } = await overcontrolHere(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

describe('a scenario with several errors', () => {
  it('has each of them said, with file, line and column', async () => {
    const { code, stderr } = await overcontrol(['run', testFile('wrong.yaml')]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/testing\/wrong\.yaml:2:11: duration: expected a duration/);
    expect(stderr).toMatch(/testing\/wrong\.yaml:5:26: .*unknown field `concurency`; did you mean `concurrency`\?/);
    expect(
      stderr
        .trim()
        .split('\n')
        .every((line) => line.includes('wrong.yaml:')),
    ).toBe(true);
  });
});

describe('run', () => {
  it('says everything in JSON, with nothing beside it', async () => {
    const { code, stdout, stderr } = await overcontrol(['run', SMALL, '--json']);
    expect([code, stderr]).toEqual([0, '']);
    const document = JSON.parse(stdout) as Record<string, unknown>;
    for (const member of MEMBERS) expect(document, member).toHaveProperty(member);
    expect(document).toMatchObject({ scenario: 'small', design: 'layered', seed: '7', durationMs: 20_000, expect: [] });
    const { served, late, wrong, rejected, timedOut, failed, dropped, unfinished } = document['outcomes'] as Record<
      string,
      number
    >;
    const sum = served + late + wrong + rejected + timedOut + failed + dropped + unfinished;
    expect(sum).toBe(document['offered']);
  });

  it('shows tables on stdout, the same every time, and no colour where there is no terminal', async () => {
    const args = [
      'run',
      SMALL,
      '--without',
      'fuse,quota',
      '--set',
      'world.services.api.concurrency=5',
      '--duration',
      '10s',
    ];
    const first = await overcontrolHere(args);
    const second = await overcontrolHere(args);
    expect([first.code, first.stderr]).toEqual([0, '']);
    expect(first.stdout).toMatch(/^small: design layered without fuse quota, seed 7\n/);
    expect(first.stdout).not.toContain('\u001b');
    expect(second.stdout).toBe(first.stdout);
  });

  it('saves a run that replays to the same digest', async () => {
    const file = join(folder, 'run.json');
    const saved = await overcontrolHere([
      'run',
      SMALL,
      '--duration',
      '5s',
      '--no-references',
      '--no-verdicts',
      '--out',
      file,
    ]);
    expect(saved.code).toBe(0);
    expect(saved.stdout).not.toMatch(/killed|Layers/);
    expect(saved.stderr).toContain(`overcontrol replay ${file}`);
    const replayed = await overcontrolHere(['replay', file, '--json']);
    expect(replayed.code).toBe(0);
    const { digest } = JSON.parse(readFileSync(file, 'utf8')) as { digest: string };
    expect(JSON.parse(replayed.stdout)).toMatchObject({ saved: digest, replayed: digest, same: true });
    await expectOtherDigest(file, digest);
  });

  async function expectOtherDigest(file: string, digest: string): Promise<void> {
    const text = readFileSync(file, 'utf8');
    const changed = join(folder, 'changed.json');
    const older = join(folder, 'older.json');
    writeFileSync(changed, text.replace(digest, '0000000000000000'));
    writeFileSync(older, text.replace(/"version": ".*"/, '"version": "0.0.1"'));
    const differs = await overcontrolHere(['replay', changed]);
    const old = await overcontrolHere(['replay', older]);
    expect(differs.code).toBe(1);
    expect(differs.stdout).toMatch(/saved +0{16}\nreplayed +[0-9a-f]{16}\n/);
    expect(old.code).toBe(2);
    expect(old.stderr).toMatch(/was saved by version 0\.0\.1, and this is/);
  }

  it('gives a mean, an interval and the digests of several seeds, and judges what is expected', async () => {
    const { code, stdout } = await overcontrolHere([
      'run',
      SMALL,
      '--json',
      '--design',
      'no-fuse',
      '--expect',
      '--replications',
      '2',
    ]);
    expect(code).toBe(1);
    const document = JSON.parse(stdout) as Record<string, unknown>;
    const estimate = { mean: expect.any(Number), low: expect.any(Number), high: expect.any(Number) } as unknown;
    expect(document).toMatchObject({
      seeds: ['7', '7/1'],
      perSeed: [{ seed: '7', digest: expect.any(String) as string }, { seed: '7/1' }],
      fidelity: estimate,
      killed: { total: estimate },
      latencyMs: { p99: estimate },
      expect: [{ that: 'success >= 90%', ok: false, actual: estimate }],
    });
  });

  it('prints what it has when Ctrl-C is pressed, and ends with 130', async () => {
    const args = ['run', SMALL, '--duration', '100h', '--verbose'];
    const { code, stdout, stderr } = await overcontrol(args, { interruptAt: /running/ });
    expect(code).toBe(130);
    expect(stdout).toMatch(/Note: Interrupted: the figures are of the first .* of 4d4h\./);
    expect(stdout).toMatch(/served +[1-9]/);
    expect(stderr).toContain('Interrupted');
  });
});

describe('compare', () => {
  it('refines a first table of three seeds, which is not on stdout', async () => {
    const { code, stdout, stderr } = await overcontrol(['compare', SMALL]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^small: 4 designs over 4 seeds\n/);
    expect(stderr).toMatch(/^small: 4 designs over 3 seeds\n/);
    const rows = stdout
      .split('\n')
      .slice(7, 11)
      .map((line) => line.split(' ')[0]);
    expect(rows).toEqual(['bare', 'layered', 'no-fuse', 'no-quota']);
    expect(stdout).toMatch(/What the kills of `layered` need/);
    expect(stdout).toMatch(/success >= 90% +no-fuse .*FAILS\n/);
    expect(stdout.trim().replaceAll('\n', ' ')).toMatch(/`layered` served 8\d\.\d % of the servable requests, .*\.$/);
  });

  it('gives means, intervals and differences in JSON', async () => {
    const { code, stdout } = await overcontrolHere([
      'compare',
      SMALL,
      '--json',
      '--replications',
      '2',
      '--design',
      'no-quota',
      '--only',
      'balancer',
      '--duration',
      '5s',
    ]);
    expect(code).toBe(0);
    const comparison = JSON.parse(stdout) as { designs: { name: string }[]; differences: { design: string }[] };
    expect(comparison.designs.map(({ name }) => name)).toEqual([
      'bare',
      'layered',
      'no-quota',
      'layered, only balancer',
    ]);
    expect(comparison.designs[1]).toMatchObject({
      success: { mean: expect.any(Number) as number },
      layers: { fuse: { decisions: { mean: expect.any(Number) as number } } },
    });
    expect(comparison.differences[0]).toMatchObject({ design: 'layered', against: 'bare' });
  });

  it('prints the seeds that are done when Ctrl-C is pressed, and ends with 130', async () => {
    const args = ['compare', SMALL, '--replications', '500', '--verbose'];
    const { code, stdout, stderr } = await overcontrol(args, { interruptAt: /seed 7 is done/ });
    expect(code).toBe(130);
    expect(stdout).toMatch(/^small: 4 designs over \d+ seeds?\n/);
    expect(stderr).toMatch(/Interrupted: \d+ of 500 seeds were done\./);
  });

  it('says so if a worker breaks down, and ends with 3', async () => {
    const { code, stdout, stderr } = await overcontrol(['compare', testFile('faulty.yaml')]);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(/of seed 1(\/1)? failed in its worker: this policy breaks down/);
    expect(stderr).toMatch(/Please report it/);
  });
});

describe('explain', () => {
  it('tells the story of the first request that was killed', async () => {
    const { code, stdout } = await overcontrol(['explain', SMALL]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/believed +age +in truth +decided +verdict\n/);
    expect(stdout).toMatch(/`bare`, the same world without any layer, served it: it was killed by control\./);
  });

  it('gives the same in JSON', async () => {
    const { stdout } = await overcontrolHere([
      'explain',
      SMALL,
      '--first',
      'rejected',
      '--design',
      'no-quota',
      '--json',
    ]);
    expect(JSON.parse(stdout)).toMatchObject({
      design: 'no-quota',
      from: 'users',
      to: 'api',
      trace: {
        outcome: 'rejected',
        events: expect.any(Array) as unknown[],
      },
    });
  });
});

describe('check', () => {
  it('shows expression and actual value, exits with 1 where one fails, and adds to the step summary', async () => {
    const summary = join(folder, 'summary.md');
    const junit = join(folder, 'junit.xml');
    vi.stubEnv('GITHUB_STEP_SUMMARY', summary);
    const args = ['check', SMALL, '--replications', '2', '-o', 'junit', '--out', junit];
    const { code, stdout } = await overcontrolHere(args);
    vi.unstubAllEnvs();
    expect([code, stdout]).toEqual([1, '']);
    expect(readFileSync(junit, 'utf8')).toMatch(
      /<testsuite name="sim\/cli\/testing\/small.yaml" tests="2" failures="1"/,
    );
    expect(readFileSync(summary, 'utf8')).toMatch(
      /\| success >= 90% \| no-fuse \|  \| \d\d\.\d\d % \(.*\) \| FAILS \|/,
    );
  });
});

describe('list and describe', () => {
  it('list the scenarios, layers and policies that there are', async () => {
    const { code, stdout } = await overcontrolHere(['list']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/scenarios\/load-balancer-chaos\.yaml/);
    expect(stdout).toMatch(/rateLimiter +tokenBucket/);
    expect(stdout).toMatch(/retry\/envoy/);
  });

  it('list all that bear one name', async () => {
    const { code, stdout } = await overcontrolHere(['describe', 'envoy']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/retry\/envoy/);
    expect(stdout).toMatch(/loadBalancer\/outlierDetection\/envoy/);
  });
});

describe('a pipe that is closed early', () => {
  it('ends the program quietly', async () => {
    const command = `"${process.execPath}" --import tsx sim/cli/main.ts describe loadBalancer | head -1`;
    const { stdout, stderr } = await new Promise<{ stdout: string; stderr: string }>((resolve, reject) => {
      // In CI, where many a library paints what it writes, terminal or not.
      const env = { ...process.env, CI: 'true', FORCE_COLOR: '1', NODE_OPTIONS: '' };
      execFile('sh', ['-c', command], { cwd: ROOT, env }, (error, out, err) =>
        error === null ? resolve({ stdout: out, stderr: err }) : reject(error),
      );
    });
    expect([stdout, stderr]).toEqual(['loadBalancer\n', '']);
  });
});

describe('the schema', () => {
  it('is JSON Schema', async () => {
    const { code, stdout } = await overcontrolHere(['schema']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ $schema: expect.stringContaining('json-schema.org') as string });
  });
});

/** Members that `run --json` has, whatever is run. */
const MEMBERS = [
  'schemaVersion',
  'version',
  'scenario',
  'design',
  'seed',
  'durationMs',
  'warmupMs',
  'digest',
  'offered',
  'outcomes',
  'rejectedBy',
  'success',
  'goodputPerSecond',
  'fidelity',
  'servable',
  'servableAtInitial',
  'cells',
  'killed',
  'saved',
  'missed',
  'beyond',
  'churn',
  'amplification',
  'duplicates',
  'wastedWork',
  'latencyMs',
  'waitMs',
  'layers',
  'conflicts',
  'services',
  'expect',
];
