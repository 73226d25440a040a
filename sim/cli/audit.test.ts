import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { overcontrolHere, testFile } from './testing/program.ts';

const SMALL = testFile('small.yaml');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'overcontrol-audit-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('audit', () => {
  it('follows the whole process, on one page with charts that needs nothing else', async () => {
    const page = join(folder, 'audit.html');
    const args = ['audit', SMALL, '--replications', '2', '--duration', '10s', '-o', 'html', '--out', page];
    expect(await overcontrolHere(args)).toMatchObject({ code: 0, stdout: '' });
    const html = readFileSync(page, 'utf8');
    const headings = [...html.matchAll(/<h2>(\d\. [^<]*)<\/h2>/g)].map(([, text]) => text);
    expect(headings).toEqual([
      '1. The layers',
      '2. What was measured',
      '3. Why it fails',
      '4. What helps',
      '5. What suffices, and what each removal costs',
      '7. What to watch',
    ]);
    expect(html).toContain('<svg');
    expect(html).not.toMatch(/<script|<link|src=|url\(/);
  }, 120_000);

  it('writes what it has measured as expectations that hold', async () => {
    const guard = join(folder, 'guard.yaml');
    const first = await overcontrolHere(['audit', SMALL, '--quick', '--replications', '2', '--guard', guard, '--json']);
    expect(first.code).toBe(0);
    expect(JSON.parse(first.stdout)).toMatchObject({ design: 'layered', diagnosis: null, ownership: null });
    expect(readFileSync(guard, 'utf8')).toMatch(/^extends: .*small\.yaml"$/m);
    const checked = await overcontrolHere(['check', guard, '--replications', '2']);
    expect(checked.code).toBe(0);
    expect(checked.stdout).toMatch(/expectations in 1 scenario: all hold/);
  }, 120_000);

  it('has a guard of designs of the file only', async () => {
    const { code, stderr } = await overcontrolHere([
      'audit',
      SMALL,
      '--without',
      'fuse',
      '--guard',
      join(folder, 'x.yaml'),
    ]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^--guard: the expectations are of a design of the file/);
  });
});
