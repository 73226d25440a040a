import { describe, expect, it } from 'vitest';
import { MAX_DEPTH, MAX_FILE_BYTES, MAX_NODES, readDocument } from './document.ts';
import { broken, complaintsOf, read, SMALL } from './testing/small-scenario.ts';

describe('a file that is no map', () => {
  it.each([
    ['an empty file', '', 'nothing'],
    ['comments alone', '# nothing yet\n\n', 'nothing'],
    ['null', 'null', 'nothing'],
    ['a word', 'hello', '"hello"'],
    ['a number', '42', '42'],
    ['a list', '- 1\n- 2\n', 'a list of 2'],
    ['control characters', '\u0000\u0001', '"\\u0000\\u0001"'],
  ])('is refused: %s', (_, text, found) => {
    expect(complaintsOf(text)).toEqual([
      `s.yaml:1:1: expected a map with \`name\`, \`duration\`, \`world\` …, found ${found}`,
    ]);
  });
});

describe('a file that is not YAML', () => {
  it('is told of tabs', () => {
    expect(broken('      instances: 4', '\t\tinstances: 4')[0]).toBe(
      's.yaml:6:1: not valid YAML: indent with spaces, not with tabs',
    );
  });

  it('is told of a wrong indent', () => {
    expect(broken('      serviceTime', '     serviceTime')).toEqual([
      's.yaml:7:1: not valid YAML: all mapping items must start at the same column',
    ]);
  });

  it('is told of an open bracket', () => {
    expect(broken('max: 8 }', 'max: 8')).toEqual([
      's.yaml:21:1: not valid YAML: flow map in block collection must be sufficiently indented and end with a }',
    ]);
  });

  it('is told of an open quote', () => {
    expect(broken('name: shop\n', 'name: "shop\n')).toEqual(['s.yaml:25:1: not valid YAML: missing closing "quote']);
  });

  it('is told of a second document', () => {
    expect(complaintsOf(`${SMALL}---\n${SMALL}`)).toEqual([
      's.yaml:25:1: not valid YAML: one file holds one scenario, so `---` may stand only at its beginning',
    ]);
  });
});

describe('a file in another dress', () => {
  it.each([
    ['with the mark of a document', `---\n${SMALL}`],
    ['with a byte order mark', `\uFEFF${SMALL}`],
    ['with the line ends of Windows', SMALL.replaceAll('\n', '\r\n')],
    ['as JSON', JSON.stringify(readDocument(SMALL, 's.yaml').value)],
    ['as JSON with tabs', JSON.stringify(readDocument(SMALL, 's.yaml').value, null, '\t')],
    ['as JSON that names its schema', JSON.stringify({ $schema: 'x', ...(readDocument(SMALL, '').value as object) })],
  ])('is read alike: %s', (_, text) => {
    expect(read(text)).toEqual(read(SMALL));
  });

  it('keeps its places', () => {
    const text = SMALL.replace('instances: 4', 'instances: x').replaceAll('\n', '\r\n');
    expect(complaintsOf(text)[0]).toMatch(/^s\.yaml:6:18: /);
  });
});

describe('keys', () => {
  it('may stand once in a map', () => {
    expect(broken('duration: 10s', 'duration: 10s\nduration: 20s')).toEqual([
      's.yaml:3:1: duration: the key `duration` is given twice',
    ]);
    expect(broken('tries: 2', 'tries: 2, tries: 3')).toEqual([
      's.yaml:17:49: edges[0].layers[1].tries: the key `tries` is given twice',
    ]);
  });

  it('are the same as text and as numbers', () => {
    expect(broken('without: [balancer]', 'set: { 1: a, "1": b }')).toContain(
      's.yaml:22:24: designs.bald.set.1: the key `1` is given twice',
    );
  });

  it('must be plain', () => {
    expect(complaintsOf(`? [a, b]\n: 1\n${SMALL}`)).toEqual(['s.yaml:1:3: a key must be plain text']);
  });

  it('are not merged', () => {
    expect(broken('tries: 2', '<<: { tries: 2 }')).toEqual([
      's.yaml:17:39: edges[0].layers[1].<<: merge keys (`<<`) are not read: repeat the fields, or let the file extend another',
    ]);
  });
});

describe('keys that name parts of every object', () => {
  it('cannot reach a prototype', () => {
    const says = [
      ...broken('tries: 2', '__proto__: { polluted: yes }'),
      ...complaintsOf(`__proto__: { polluted: yes }\n${SMALL}`),
      ...broken('without: [balancer]', 'set: { breaker.__proto__.polluted: yes }'),
      ...broken('without: [balancer]', 'set: { __proto__.polluted: yes }'),
      ...broken('without: [balancer]', 'set: { breaker.constructor.prototype.polluted: yes }'),
      ...complaintsOf(SMALL, { set: { '__proto__.polluted': true } }),
      ...complaintsOf(SMALL, { set: { 'world.__proto__.polluted': true } }),
      ...complaintsOf(SMALL, { set: { 'breaker.__proto__.polluted': true } }),
    ];
    expect(says.map((line) => line.replace(/ \(known: .*/, ''))).toEqual([
      's.yaml:17:39: edges[0].layers[1].__proto__: `__proto__` cannot be a key',
      's.yaml:1:1: __proto__: `__proto__` cannot be a key',
      's.yaml:22:18: designs.bald.set.breaker.__proto__.polluted: unknown field `__proto__`',
      's.yaml:22:18: designs.bald.set.__proto__.polluted: unknown layer `__proto__`',
      's.yaml:22:18: designs.bald.set.breaker.constructor.prototype.polluted: unknown field `constructor`',
      '--set: __proto__.polluted: unknown layer `__proto__`',
      '--set: world.__proto__: unknown field `__proto__`',
      '--set: breaker.__proto__.polluted: unknown field `__proto__`',
    ]);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it.each(['constructor', 'toString', 'hasOwnProperty', 'valueOf'])('are unknown fields: %s', (key) => {
    expect(broken('tries: 2', `${key}: 2`)[0]).toContain(`unknown field \`${key}\``);
    expect(complaintsOf(SMALL, { set: { [`${key}.x`]: 1 } })[0]).toContain(`unknown layer \`${key}\``);
  });

  it.each(['constructor', 'toString', 'hasOwnProperty', 'valueOf'])('are names like others: %s', (name) => {
    const text = SMALL.replaceAll('checkout', name).replaceAll('bald', name);
    const { world, designs } = read(text);
    expect(world.services[0].name).toBe(name);
    expect(designs.at(-1)!.name).toBe(name);
  });
});

describe('aliases', () => {
  it('stand for what their anchor marks', () => {
    const text = SMALL.replace('duration: 10s', 'duration: &span 10s').replace('deadline: 1s', 'deadline: *span');
    expect(read(text).world.traffic[0].deadline).toBe(10e9);
  });

  it('have the place of their use, and what is in them that of the anchor', () => {
    const text = SMALL.replace('tries: 2', 'tries: &two two').replace('max: 8', 'max: *two');
    expect(complaintsOf(text).map((line) => line.split(': ')[0])).toEqual(['s.yaml:17:51', 's.yaml:20:76']);
  });

  it('must have their anchor before them', () => {
    expect(broken('{ poisson: 50/s }', '*rate')).toEqual([
      's.yaml:9:49: world.traffic[0].arrivals: the alias `*rate` stands for nothing before it',
    ]);
  });

  it('cannot stand for what they are in', () => {
    expect(broken('without: [balancer]', 'without: &all [*all]')).toEqual([
      's.yaml:22:26: designs.bald.without[0][0]: the alias `*all` stands for something that it is in itself',
    ]);
  });
});

describe('tags', () => {
  it('are not read', () => {
    expect(broken('instances: 4', 'instances: !!python/object 4')[0]).toBe(
      's.yaml:6:18: tags such as `!!python/object` are not read',
    );
  });
});

describe('limits', () => {
  const billionLaughs = (): string => {
    let text = 'a0: &a0 [ha]\n';
    for (let i = 1; i < 10; i++) text += `a${i}: &a${i} [${`*a${i - 1},`.repeat(10)}]\n`;
    return text;
  };

  it('hold for aliases that multiply', () => {
    const [line, ...more] = complaintsOf(billionLaughs());
    expect(line).toMatch(/^s\.yaml:2:\d+: a5.*: more than \d+ values, once aliases are expanded$/);
    expect(more).toEqual([]);
  });

  it('hold for many values', () => {
    expect(complaintsOf(`a: [${'1,'.repeat(MAX_NODES)}]`)[0]).toContain(`more than ${MAX_NODES} values`);
  });

  it('hold for many aliases', () => {
    expect(complaintsOf(`a: &a 1\nb: [${'*a,'.repeat(MAX_NODES)}]`)[0]).toContain(`more than ${MAX_NODES} values`);
  });

  it('hold for deep nesting', () => {
    expect(complaintsOf(`a: ${'['.repeat(MAX_DEPTH + 1)}${']'.repeat(MAX_DEPTH + 1)}`)).toEqual([
      's.yaml:1:68: nested more than 64 levels deep',
    ]);
  });

  it.each([
    ['lists', '['.repeat(100_000)],
    ['maps', '{a: '.repeat(50_000)],
    ['lists of dashes', '- '.repeat(50_000)],
    ['questions', '? '.repeat(50_000)],
  ])('hold for nesting so deep that the parser gives up: %s', (_, text) => {
    expect(complaintsOf(text)[0]).toMatch(/^s\.yaml:1:\d+: not valid YAML: too deeply nested to be read$/);
  });

  it('hold for the length of the text', () => {
    expect(complaintsOf(`# ${'x'.repeat(MAX_FILE_BYTES)}`)).toEqual([
      `s.yaml:1:1: the file has ${MAX_FILE_BYTES + 2} characters; at most ${MAX_FILE_BYTES}`,
    ]);
  });

  it('are not reached by long blanks and digits', () => {
    expect(broken('success >= 1%', `"success >= ${' '.repeat(300_000)}x"`)).toHaveLength(1);
    expect(broken('deadline: 1s', `deadline: "${'1s '.repeat(100_000)}x"`)).toHaveLength(1);
    expect(broken('deadline: 1s', `deadline: ${'1'.repeat(300_000)}`)).toHaveLength(1);
    expect(broken('poisson: 50/s', `poisson: "${'1'.repeat(300_000)}"`)).toHaveLength(1);
  });

  it('hold for unknown names that no slip of the pen makes', () => {
    const [line] = broken('tries: 2', `"${'x'.repeat(1000)}": 2`);
    expect(line.length).toBeLessThan(500);
    expect(line).toContain('…` (known: ');
  });
});
