import { describe, expect, it } from 'vitest';
import { overcontrolHere, testFile } from './testing/program.ts';

const SMALL = testFile('small.yaml');

describe('diff', () => {
  it('shows what changes, and what that does', async () => {
    const args = ['diff', `${SMALL}#layered`, `${SMALL}#no-fuse`, '--replications', '2', '--duration', '10s'];
    const { code, stdout } = await overcontrolHere(args);
    expect(code).toBe(0);
    expect(stdout).toMatch(/small\.yaml#no-fuse: 1 change\n/);
    expect(stdout).toMatch(/^- +fuse +users > api, inside `quota`/m);
    expect(stdout).toMatch(/^fidelity +[\d.]+ % +[\d.]+ % +[+-][\d.]+ ±/m);
    expect(stdout).toMatch(/^It (raises|lowers|makes no clear difference to) fidelity/m);
  });

  it('is a plan alone where nothing is to be run, and says by its exit code whether anything changes, if asked', async () => {
    const plan = (design: string) => [
      'diff',
      SMALL,
      '--designs',
      `layered,${design}`,
      '--no-run',
      '--exit-code',
      '--json',
    ];
    const changed = await overcontrolHere(plan('no-quota'));
    expect(changed.code).toBe(1);
    expect(JSON.parse(changed.stdout)).toMatchObject({
      before: { design: 'layered' },
      changes: [{ kind: 'removed', path: 'quota' }],
      effect: null,
    });
    const same = await overcontrolHere(plan('layered'));
    expect([same.code, (JSON.parse(same.stdout) as { changes: unknown[] }).changes]).toEqual([0, []]);
  });

  it('goes into a comment of a review', async () => {
    const { stdout } = await overcontrolHere([
      'diff',
      SMALL,
      '--designs',
      'layered,no-fuse',
      '--no-run',
      '-o',
      'markdown',
    ]);
    expect(stdout).toMatch(/^## .*: 1 change\n/);
    expect(stdout).toContain('| - | fuse | users > api, inside `quota` |  |');
  });

  const misuse: [string, string[], RegExp][] = [
    ['one side', [SMALL], /^`diff` needs two sides: a second file, or --designs/],
    ['a file too many', [SMALL, SMALL, '--designs', 'layered,no-fuse'], /^Give either two files or --designs/],
    ['three designs', [SMALL, '--designs', 'layered,no-fuse,bare'], /^--designs: expected two names/],
    ['a design that there is not', [`${SMALL}#no-fues`, SMALL], /did you mean `no-fuse`\?/],
    ['a file that there is not', ['nowhere.yaml', SMALL], /^nowhere\.yaml: there is no such file/],
  ];
  it.each(misuse)('refuses %s with 2 and a clear line', async (_what, args, says) => {
    const { code, stdout, stderr } = await overcontrolHere(['diff', ...args]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(says);
  });
});
