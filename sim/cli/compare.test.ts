import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Comparison } from '../index.ts';
import { overcontrol, overcontrolHere, testFile } from './testing/program.ts';

const SMALL = testFile('small.yaml');
const QUICK = ['compare', SMALL, '--design', 'no-fuse', '--duration', '10s', '--replications', '3'];

describe('compare', () => {
  it('gives the same with one worker and with three', async () => {
    const one = await overcontrolHere([...QUICK, '--json', '--workers', '1']);
    const three = await overcontrolHere([...QUICK, '--json', '--workers', '3']);
    expect(three.stdout).toBe(one.stdout);
    expect(JSON.parse(one.stdout)).toMatchObject({ scenario: 'small', seeds: ['7', '7/1', '7/2'] });
  });

  it('goes on until its intervals are as narrow as is asked, whatever the workers', async () => {
    const args = ['compare', SMALL, '--no-references', '--precision', '2pp', '--json'];
    const [one, three] = [
      await overcontrolHere([...args, '--workers', '1']),
      await overcontrolHere([...args, '--workers', '3']),
    ];
    expect(three.stdout).toBe(one.stdout);
    const { differences, precision, seeds, notes } = JSON.parse(one.stdout) as Comparison & {
      precision: Record<string, number>;
    };
    expect(precision).toMatchObject({ asked: 0.02, limit: 200, seeds: seeds.length });
    const widths = differences.map(({ success }) => success!.high - success!.low);
    expect(Math.max(...widths)).toBeCloseTo(precision['reached'], 12);
    expect(precision['reached']).toBeLessThanOrEqual(0.02);
    expect(notes.at(-1)).toMatch(/seeds were enough for intervals of 2\.00 points/);
    const fewer = await overcontrolHere([...args, '--limit', '5']);
    expect((JSON.parse(fewer.stdout) as Comparison).notes.at(-1)).toMatch(
      /were not enough .* A higher --limit allows more/,
    );
  });

  it('shows where the worlds of a design go two ways', async () => {
    const { stdout } = await overcontrolHere(['compare', testFile('bistable.yaml'), '--no-references']);
    expect(stdout).toMatch(
      /The success of `layered` has two humps: about \d\d\.\d+ % in \d seeds, and about 9\d\.\d+ %/,
    );
    expect(stdout).toMatch(/32\.9 to 39\.6 +\d +█+\n39\.6 to 46\.3\n/);
    const json = await overcontrolHere(['compare', testFile('bistable.yaml'), '--no-references', '--json']);
    const { humps } = JSON.parse(json.stdout) as Comparison;
    expect(humps).toMatchObject([{ design: 'layered', figure: 'success', by: 'dip' }]);
    expect(humps[0].values).toHaveLength(12);
    expect(humps[0].groups[0].seeds + humps[0].groups[1].seeds).toBe(12);
  });

  it('has a row and a table for every value of a parameter, the same as a comparison there', async () => {
    const args = [...QUICK, '--param', 'fuse.waitOpen=1s..3s:1s'];
    const { stdout } = await overcontrolHere(args);
    expect(stdout).toMatch(/^small: 3 designs at 3 values of fuse\.waitOpen, over 3 seeds\n/);
    for (const value of ['1s', '2s', '3s']) {
      expect(stdout).toMatch(new RegExp(`^ +${value} +\\d\\d\\.\\d+ % +[-+]`, 'm'));
      expect(stdout).toMatch(new RegExp(`^fuse\\.waitOpen = ${value}$`, 'm'));
    }
    const series = JSON.parse((await overcontrolHere([...args, '--json'])).stdout) as {
      at: (Comparison & { values: unknown })[];
    };
    const alone = await overcontrolHere([...QUICK, '--set', 'fuse.waitOpen=2s', '--json']);
    const { values, ...second } = series.at[1];
    expect(values).toEqual({ 'fuse.waitOpen': '2s' });
    expect(second).toEqual(JSON.parse(alone.stdout));
    const csv = (await overcontrolHere([...args, '-o', 'csv'])).stdout.split('\r\n');
    expect(csv[0]).toBe('fuse.waitOpen,scenario,design,against,figure,mean,low,high');
    expect(csv.filter((row) => row.includes(',layered,bare,fidelity,'))).toHaveLength(3);
  });

  it('has a form in every format, and in GitHub Actions a step summary', async () => {
    const junit = await overcontrolHere([...QUICK, '-o', 'junit']);
    expect(junit.code).toBe(1);
    expect(junit.stdout).toMatch(/<testsuite name=".*small\.yaml" tests="2" failures="1" errors="0">/);
    expect(junit.stdout).toMatch(/<testcase classname=".*" name="no-fuse: success &gt;= 90%">\n +<failure message="/);
    expect((await overcontrolHere([...QUICK, '-o', 'html'])).stdout).toMatch(
      /^<!doctype html>[^]*<table>[^]*<\/html>\n$/,
    );
    expect((await overcontrolHere([...QUICK, '-o', 'csv'])).stdout).toMatch(
      /^scenario,design,against,figure,mean,low,high\r\n/,
    );
    const folder = mkdtempSync(join(tmpdir(), 'overcontrol-'));
    const summary = join(folder, 'summary.md');
    const { stdout } = await overcontrol([...QUICK, '-o', 'markdown'], { env: { GITHUB_STEP_SUMMARY: summary } });
    expect(stdout).toMatch(/^## small: 3 designs over 3 seeds\n[^]*\| design \| success \(%\) \|/);
    expect(readFileSync(summary, 'utf8')).toBe(stdout);
    rmSync(folder, { recursive: true });
  });

  it.each([
    [['--precision', '0.2'], /^--precision: expected points of percentage such as 0\.2pp, not `0\.2`/],
    [['--precision', '1pp', '--limit', 'many'], /^--limit: expected a whole number from 1/],
    [['--precision', '1pp', '--param', 'fuse.failures=1..2'], /^Give either --param or --precision/],
    [['--param', 'fuse.failurs=1..2'], /^--param: fuse\.failurs: .*did you mean `failures`\?/],
    [['--param', 'fuse.waitOpen=1s..3s'], /^--param fuse\.waitOpen: say how far apart its values are/],
  ])('with %s ends with 2 and a clear line', async (more, says) => {
    const { code, stdout, stderr } = await overcontrolHere(['compare', SMALL, ...more]);
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringMatching(says)]);
  });
});
