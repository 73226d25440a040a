import { describe, expect, it } from 'vitest';
import type { ReadBase } from './extend.ts';
import { MOST_BASES } from './extend.ts';
import { readPlugins } from './read-scenario.ts';
import { complaintsOf, read, SMALL } from './testing/small-scenario.ts';

/** Files by name. */
function folder(files: Readonly<Record<string, string>>): { readBase: ReadBase } {
  return {
    readBase: (name) => {
      if (!Object.hasOwn(files, name)) throw new Error('there is no such file');
      return { text: files[name], file: name };
    },
  };
}

const BASE = folder({ 'base.yaml': SMALL });

describe('a scenario that extends another', () => {
  it('is the other where it says nothing', () => {
    expect(read('extends: base.yaml\n', BASE)).toEqual(read(SMALL));
  });

  it('replaces plain values', () => {
    const { name, world } = read('extends: base.yaml\nname: market\nduration: 1m\n', BASE);
    expect(name).toBe('market');
    expect(world.duration).toBe(60e9);
  });

  it('merges maps, at every depth', () => {
    const text = 'extends: base.yaml\nworld: { services: { checkout: { concurrency: 3, queue: { limit: 2 } } } }\n';
    const [checkout] = read(text, BASE).world.services;
    expect(checkout.concurrency).toBe(3);
    expect(checkout.queue.limit).toBe(2);
    expect(checkout.instances).toEqual({ initial: 4, max: 4 });
  });

  it('adds to maps', () => {
    const text = 'extends: base.yaml\ndesigns: { steady: { without: [scaler] } }\n';
    expect(read(text, BASE).designs.map(({ name }) => name)).toEqual(['layered', 'bald', 'steady']);
  });

  it('replaces lists as a whole', () => {
    const text = 'extends: base.yaml\nworld: { faults: [] }\nautoscalers: []\n';
    const { world, designs } = read(text, BASE);
    expect(world.faults).toEqual([]);
    expect(designs[0].autoscalers).toEqual([]);
  });

  it('replaces distributions as a whole', () => {
    const text = 'extends: base.yaml\nworld: { services: { checkout: { serviceTime: { exponential: 5ms } } } }\n';
    const base = folder({ 'base.yaml': SMALL.replace('20ms', '{ lognormal: { mean: 20ms, p99: 80ms } }') });
    expect(read(text, base).world.services[0].noise).toEqual({ kind: 'exponential', mean: 5e6 });
  });

  it('replaces a map by a plain value and a plain value by a map', () => {
    const one = 'extends: base.yaml\nworld: { services: { checkout: { instances: { initial: 2, max: 9 } } } }\n';
    expect(read(one, BASE).world.services[0].instances).toEqual({ initial: 2, max: 9 });
    const chain = folder({ 'base.yaml': SMALL, 'one.yaml': one });
    const other = 'extends: one.yaml\nworld: { services: { checkout: { instances: 3 } } }\n';
    expect(read(other, chain).world.services[0].instances).toEqual({ initial: 3, max: 3 });
  });

  it('may extend one that extends another', () => {
    const chain = folder({ 'base.yaml': SMALL, 'middle.yaml': 'extends: base.yaml\nduration: 20s\nseed: 7\n' });
    const { world, seed } = read('extends: middle.yaml\nduration: 30s\n', chain);
    expect([world.duration, seed]).toEqual([30e9, '7']);
  });

  it('can be set over, as any', () => {
    expect(read('extends: base.yaml\n', { ...BASE, set: { duration: '5s' } }).world.duration).toBe(5e9);
  });
});

describe('mistakes in scenarios that extend each other', () => {
  it('stand in the file where they are written, its own first', () => {
    const base = folder({ 'base.yaml': SMALL.replace('tries: 2', 'tries: two') });
    const text = 'extends: base.yaml\nworld:\n  services:\n    checkout: { concurrency: lots }\n';
    expect(complaintsOf(text, base)).toEqual([
      's.yaml:4:30: world.services.checkout.concurrency: expected a whole number, found "lots"',
      'base.yaml:17:46: edges[0].layers[1].tries: expected a whole number, found "two"',
    ]);
  });

  it('stand in the base where nothing replaces them, and are gone where something does', () => {
    const base = folder({ 'base.yaml': SMALL.replace('duration: 10s', 'duration: 10') });
    expect(complaintsOf('extends: base.yaml\n', base)).toEqual([
      'base.yaml:2:11: duration: expected a duration with its unit, such as 250ms or 30s, found 10',
    ]);
    expect(complaintsOf('extends: base.yaml\nduration: 5s\n', base)).toEqual([]);
  });

  it('of YAML stand in the base', () => {
    const base = folder({ 'base.yaml': `${SMALL}name: again\n` });
    expect(complaintsOf('extends: base.yaml\n', base)).toEqual(['base.yaml:25:1: name: the key `name` is given twice']);
    expect(complaintsOf('extends: base.yaml\n', folder({ 'base.yaml': 'a: [' }))[0]).toMatch(
      /^base\.yaml:1:5: not valid YAML: /,
    );
  });

  it('are told of a file that is not there', () => {
    expect(complaintsOf('name: x\nextends: bas.yaml\n', BASE)).toEqual([
      's.yaml:2:10: extends: cannot read `bas.yaml`: there is no such file',
    ]);
  });

  it('are told of a circle', () => {
    const circle = folder({ 'a.yaml': 'name: a\nextends: b.yaml\n', 'b.yaml': 'extends: a.yaml\n' });
    expect(complaintsOf('extends: a.yaml\n', circle)).toEqual([
      'b.yaml:1:10: extends: files extend each other in a circle: a.yaml extends b.yaml extends a.yaml',
    ]);
  });

  it('are told of a file that extends itself', () => {
    expect(complaintsOf('extends: s.yaml\n', folder({ 's.yaml': SMALL }))).toEqual([
      's.yaml:1:10: extends: files extend each other in a circle: s.yaml extends s.yaml',
    ]);
  });

  it('are told of a chain that is too long', () => {
    const endless: ReadBase = (name) => ({ text: `extends: x${name}\n`, file: name });
    expect(complaintsOf('extends: x\n', { readBase: endless })).toEqual([
      `${'x'.repeat(MOST_BASES)}:1:10: extends: more than ${MOST_BASES} files extend each other`,
    ]);
  });

  it('are told where no file can be read', () => {
    expect(complaintsOf('extends: base.yaml\n')).toEqual([
      's.yaml:1:10: extends: this scenario cannot extend a file here',
    ]);
  });

  it('are told of a name that is no text', () => {
    expect(complaintsOf(`extends: [base.yaml]\n${SMALL}`, BASE)).toEqual([
      's.yaml:1:10: extends: expected text, found a list of 1',
    ]);
  });
});

describe('the plugins of a scenario', () => {
  it('come with the file that names them', () => {
    const base = folder({ 'base.yaml': 'plugins: [./mine.ts]\n' });
    expect(readPlugins('extends: base.yaml\n', 's.yaml', base.readBase)).toEqual([
      { module: './mine.ts', from: 'base.yaml' },
    ]);
    expect(readPlugins('extends: base.yaml\nplugins: [a.ts, b.ts]\n', 's.yaml', base.readBase)).toEqual([
      { module: 'a.ts', from: 's.yaml' },
      { module: 'b.ts', from: 's.yaml' },
    ]);
  });

  it('are none where the list is none', () => {
    expect(readPlugins('plugins: 5', 's.yaml')).toEqual([]);
    expect(readPlugins('', 's.yaml')).toEqual([]);
  });
});
