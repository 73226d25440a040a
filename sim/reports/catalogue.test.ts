import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Registry } from '../controllers/registry.ts';
import { duration, integer, oneOf, share, someOf } from '../controllers/parameters.ts';
import { cardReport } from './card-report.ts';
import { findEntry, policyNames } from './catalogue.ts';
import { parameterRows } from './parameter-rows.ts';
import { renderText } from './text.ts';

const registry = new Registry();

function describeNamed(name: string): string {
  const found = findEntry(registry, name);
  if (!('entries' in found)) throw new Error(`nothing is called ${name}`);
  return renderText(cardReport(found.entries[0]), { width: 120, colour: false });
}

describe('parameters', () => {
  it('tell type, default, range, source, and whether they must be given', () => {
    const rows = parameterRows({
      wait: duration({ about: 'How long.', default: '5s', max: '1h', source: 'the book' }),
      tries: integer({ about: 'How often.', min: 1 }),
      least: share({ about: 'How much.', unconfirmed: true }).optional(),
      on: someOf(['a', 'b'], { about: 'When.', default: ['a'] }),
      which: oneOf([integer({ about: '', min: 1, max: 64 }), z.literal('all')], { about: 'How many.', default: 2 }),
    });
    expect(
      rows.map(({ path, type, default: written, required, range, source, confirmed }) => [
        path,
        type,
        written,
        required,
        range,
        source,
        confirmed,
      ]),
    ).toEqual([
      ['wait', 'duration', '5s', false, 'at most 1h', 'the book', true],
      ['tries', 'integer', null, true, 'at least 1', '', true],
      ['least', 'share', null, false, '', '', false],
      ['on', 'list of a | b', '[a]', false, '', '', true],
      ['which', 'integer (1 to 64) | all', '2', false, '', '', true],
    ]);
  });

  it('are found inside of groups, lists and choices', () => {
    const inner = { x: integer({ about: 'X.' }) };
    const rows = parameterRows({
      group: z.strictObject(inner).prefault({} as never),
      list: z.array(z.strictObject(inner)).describe('Several.'),
      choice: z
        .discriminatedUnion('policy', [
          z.strictObject({ policy: z.literal('a'), ...inner }),
          z.strictObject({ policy: z.literal('b'), y: integer({ about: 'Y.' }) }),
        ])
        .optional()
        .meta({ description: 'One of two.' }),
    });
    expect(rows.map(({ path }) => path)).toEqual([
      'group.x',
      'list',
      'list[].x',
      'choice',
      'choice(a).x',
      'choice(b).y',
    ]);
    expect(rows.find(({ path }) => path === 'choice')).toMatchObject({ about: 'One of two.', required: false });
  });
});

describe('the catalogue', () => {
  it('finds kinds, policies, and policies of a kind', () => {
    expect(findEntry(registry, 'rateLimiter')).toMatchObject({ entries: [{ kind: 'rateLimiter' }] });
    expect(findEntry(registry, 'tokenBucket')).toMatchObject({
      entries: [{ kind: 'rateLimiter', policy: 'tokenBucket' }],
    });
    expect(findEntry(registry, 'retry/envoy')).toMatchObject({ entries: [{ kind: 'retry', policy: 'envoy' }] });
    expect(findEntry(registry, 'loadBalancer/outlierDetection/grpc')).toMatchObject({
      entries: [{ kind: 'loadBalancer', policy: 'outlierDetection/grpc' }],
    });
  });

  it('finds all that bear one name', () => {
    const found = findEntry(registry, 'envoy');
    expect('entries' in found && found.entries.length).toBeGreaterThan(1);
  });

  it('suggests the nearest name', () => {
    expect(findEntry(registry, 'tokenBuckt')).toEqual({ hint: 'tokenBucket' });
    expect(findEntry(registry, 'rateLimitr')).toEqual({ hint: 'rateLimiter' });
    expect(findEntry(registry, 'retry/envoi')).toEqual({ hint: 'retry/envoy' });
    expect(findEntry(registry, 'nothing-like-it')).toEqual({ hint: undefined });
  });

  it('can describe everything that there is', () => {
    for (const name of [...registry.kinds.keys(), ...policyNames(registry)]) {
      expect(describeNamed(name), name).toMatch(/\nSources\n|\nPolicies\n/);
    }
  });

  it('knows words and a type for every parameter', () => {
    const nameless = policyNames(registry).flatMap((name) => {
      const found = findEntry(registry, name);
      if (!('entries' in found)) return [name];
      return found.entries[0].parameters.filter(({ about }) => about === '').map(({ path }) => `${name} ${path}`);
    });
    expect(nameless).toEqual([]);
  });

  it('shows a policy with its parameters, card and sources', async () => {
    await expect(describeNamed('tokenBucket')).toMatchFileSnapshot('outputs/token-bucket.txt');
  });
});
