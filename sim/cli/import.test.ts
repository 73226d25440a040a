import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { overcontrolHere } from './testing/program.ts';

const SERVICE = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews }
spec:
  http:
  - route: [{ destination: { host: reviews } }]
    retries: { attempts: 3, perTryTimeout: 250ms }
    corsPolicy: { maxAge: 24h }
`;

let folder: string;
let manifest: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'overcontrol-import-'));
  manifest = join(folder, 'reviews.yaml');
  writeFileSync(manifest, SERVICE);
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('import', () => {
  it('writes the scenario to stdout, and what was not understood to stderr', async () => {
    const { code, stdout, stderr } = await overcontrolHere(['import', manifest]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^# yaml-language-server/);
    expect(stdout).toMatch(/attempts: 3 +# .*reviews\.yaml:7/);
    expect(stderr).toBe(`${manifest}:8: spec.http[0].corsPolicy: not understood: no setting of a scenario takes it\n`);
  });

  it('writes a file that lints and runs, over none that is there', async () => {
    const out = join(folder, 'shop.yaml');
    const first = await overcontrolHere(['import', manifest, '--out', out]);
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(/reviews\.yaml:7 +spec\.http\[0\]\.retries\.attempts +reviews-retry\.attempts +3/);
    expect(readFileSync(out, 'utf8')).toMatch(/^name: shop$/m);
    expect((await overcontrolHere(['lint', out, '--no-notes'])).stdout).toContain('OC107');
    expect(await overcontrolHere(['run', out, '--duration', '12s', '--no-references'])).toMatchObject({ code: 0 });
    const again = await overcontrolHere(['import', manifest, '--out', out]);
    expect(again).toMatchObject({ code: 2, stdout: '' });
    expect(again.stderr).toMatch(/is there already; --force writes over it/);
  });

  it('says all of it in JSON, and ends with 1 if every field must be understood', async () => {
    const { code, stdout } = await overcontrolHere(['import', manifest, '--json', '--strict']);
    expect(code).toBe(1);
    const { mapped, warnings } = JSON.parse(stdout) as { mapped: { setting: string }[]; warnings: unknown[] };
    expect(mapped.map(({ setting }) => setting)).toContain('reviews-retry.perTryTimeout');
    expect(warnings).toHaveLength(1);
  });

  it('refuses what it cannot read, with a clear line', async () => {
    const cases: [string, RegExp][] = [
      ['kind: Odd\n', /odd\.yaml: nothing here can be imported \(known: /],
      ['a: [1\n', /odd\.yaml:\d+:\d+: not valid YAML/],
    ];
    for (const [text, says] of cases) {
      const odd = join(folder, 'odd.yaml');
      writeFileSync(odd, text);
      const { code, stderr } = await overcontrolHere(['import', odd]);
      expect(code).toBe(2);
      expect(stderr).toMatch(says);
    }
    expect((await overcontrolHere(['import', join(folder, 'none.yaml')])).stderr).toMatch(/there is no such file/);
  });
});
