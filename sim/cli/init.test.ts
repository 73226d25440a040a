import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { overcontrolHere } from './testing/program.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'overcontrol-init-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const inFolder = (...names: string[]): string => join(folder, ...names);

describe('init', () => {
  it('writes a scenario that runs, holds and lints clean, beside its schema', async () => {
    const file = inFolder('shop.yaml');
    const { code, stdout } = await overcontrolHere(['init', inFolder('shop')]);
    expect([code, stdout]).toEqual([0, `${file}\n${inFolder('scenario.schema.json')}\n`]);
    expect(readFileSync(file, 'utf8')).toMatch(/^# yaml-language-server: \$schema=\.\/scenario\.schema\.json\n/);
    expect(JSON.parse(readFileSync(inFolder('scenario.schema.json'), 'utf8'))).toHaveProperty('properties.world');
    expect((await overcontrolHere(['lint', file, '--strict'])).stdout).toMatch(/^no warning in 1 scenario/);
    const checked = await overcontrolHere(['check', file]);
    expect(checked).toMatchObject({ code: 0 });
  }, 120_000);

  it('writes into a folder, which it makes', async () => {
    expect(await overcontrolHere(['init', `${inFolder('deep', 'er')}/`])).toMatchObject({ code: 0 });
    expect(readFileSync(inFolder('deep', 'er', 'scenario.yaml'), 'utf8')).toMatch(/^name: scenario$/m);
  });

  it('writes over nothing, unless it is forced to', async () => {
    const file = inFolder('shop.yaml');
    writeFileSync(file, 'mine');
    const refused = await overcontrolHere(['init', file]);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(/shop\.yaml is there already; --force writes over it/);
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect(existsSync(inFolder('scenario.schema.json'))).toBe(false);
    expect(await overcontrolHere(['init', file, '--force'])).toMatchObject({ code: 0 });
    expect(readFileSync(file, 'utf8')).toMatch(/^name: shop$/m);
  });

  it('leaves a schema that is there as it is', async () => {
    writeFileSync(inFolder('scenario.schema.json'), '{}');
    expect(await overcontrolHere(['init', inFolder('shop')])).toMatchObject({ code: 0 });
    expect(readFileSync(inFolder('scenario.schema.json'), 'utf8')).toBe('{}');
  });

  it('refuses a name that no scenario can have, and a place that cannot be written to', async () => {
    const wrong = await overcontrolHere(['init', inFolder('9 lives')]);
    expect(wrong).toMatchObject({ code: 2 });
    expect(wrong.stderr).toMatch(/^init: expected a name of letters.* not `9 lives`/);
    writeFileSync(inFolder('taken'), '');
    const blocked = await overcontrolHere(['init', inFolder('taken', 'shop')]);
    expect(blocked).toMatchObject({ code: 2 });
    expect(blocked.stderr).toMatch(/^init: cannot write /);
  });
});
