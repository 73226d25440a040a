import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from './testing/documents.ts';

it('the API docs can be written without a warning', { timeout: 600_000 }, () => {
  const typedoc = join(ROOT, 'node_modules', 'typedoc', 'bin', 'typedoc');
  // `treatWarningsAsErrors` is in typedoc.json; nothing is written here.
  const { status, stdout, stderr } = spawnSync(process.execPath, [typedoc, '--emit', 'none'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect(`${stdout}${stderr}`).not.toMatch(/\[(warning|error)\]/);
  expect(status).toBe(0);
});
