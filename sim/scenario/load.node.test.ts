import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadScenario } from './load.node.ts';
import { ScenarioError } from './scenario-error.ts';
import { SMALL } from './testing/small-scenario.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'overcontrol-load-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** What is wrong with a file, without the folder. */
async function complaintsOf(path: string): Promise<string> {
  const error: unknown = await loadScenario(path).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ScenarioError)) throw new Error('no scenario error', { cause: error });
  return error.message.replaceAll(`${folder}/`, '').replaceAll(/(\.\.\/)+tmp\/[\w-]+\//g, '');
}

describe('a scenario file', () => {
  it('is read', async () => {
    const { scenario } = await loadScenario(write('small.yaml', SMALL));
    expect(scenario.name).toBe('shop');
  });

  it('finds what it extends beside it', async () => {
    write('base.yaml', SMALL);
    const { scenario } = await loadScenario(write('more.yaml', 'extends: ./base.yaml\nduration: 1m\n'));
    expect(scenario.world.duration).toBe(60e9);
  });

  it('has the plugins of what it extends, each beside the file that names it', async () => {
    const policy = `{ name: 'first', about: 'The first.', parameters: {}, sources: [], knownToGetWrong: [], create() {} }`;
    write('mine.mjs', `export default { policies: [{ kind: 'loadBalancer', policy: ${policy} }] };\n`);
    write(
      'plugged.yaml',
      `plugins: [./mine.mjs]\n${SMALL.replace('kind: loadBalancer', 'kind: loadBalancer, policy: first')}`,
    );
    const { scenario } = await loadScenario(write('outer.yaml', 'extends: plugged.yaml\n'));
    expect(scenario.plugins).toEqual([join(folder, 'mine.mjs')]);
    expect(scenario.designs[0].edges[0].layers[0].policy).toBe('first');
  });
});

describe('a file that cannot be read', () => {
  it.each([
    ['that is not there', () => join(folder, 'nowhere.yaml'), 'nowhere.yaml: there is no such file'],
    ['that is a folder', () => folder, ': this is a folder'],
    [
      'that is not text',
      () => write('bytes.yaml', Uint8Array.of(0x6e, 0xff, 0xfe)),
      'bytes.yaml: this is not text in UTF-8',
    ],
    ['that has no end', () => '/dev/zero', '/dev/zero: the file has more than 1048576 bytes; at most 1048576 are read'],
    [
      'that extends one that is not there',
      () => write('lost.yaml', 'name: lost\nextends: nowhere.yaml\n'),
      'lost.yaml:2:10: extends: cannot read `nowhere.yaml`: there is no such file',
    ],
    [
      'that extends itself',
      () => write('self.yaml', `extends: self.yaml\n${SMALL}`),
      'self.yaml:1:10: extends: files extend each other in a circle: self.yaml extends self.yaml',
    ],
    [
      'whose plugin is not there',
      () => write('unplugged.yaml', `plugins: [./nowhere.mjs]\n${SMALL}`),
      /^nowhere\.mjs: this plugin cannot be loaded: /,
    ],
  ])('is refused: one %s', async (_, path, says) => {
    const message = await complaintsOf(path());
    if (typeof says === 'string') expect(message.endsWith(says)).toBe(true);
    else expect(message).toMatch(says);
  });

  it('is refused unread if it has 100 MB', async () => {
    const path = write('huge.yaml', SMALL);
    truncateSync(path, 100 * 2 ** 20);
    const before = process.memoryUsage().rss;
    expect(await complaintsOf(path)).toBe('huge.yaml: the file has 104857600 bytes; at most 1048576 are read');
    expect(process.memoryUsage().rss - before).toBeLessThan(50 * 2 ** 20);
  });
});
