import { yaml } from '@codemirror/lang-yaml';
import { EditorState } from '@codemirror/state';
import { describe, expect, it } from 'vitest';
import { Registry, scenarioJsonSchema } from '../../../sim/index.ts';
import { placeAt } from './complete.ts';
import type { Schema } from './schema-walk.ts';
import { lookUp } from './schema-walk.ts';

const SCHEMA = scenarioJsonSchema(new Registry()) as unknown as Schema;

/** What is offered at the mark `|` of a text: keys, or values. */
function offered(marked: string): readonly string[] {
  const position = marked.indexOf('|');
  const state = EditorState.create({ doc: marked.replace('|', ''), extensions: [yaml()] });
  const { path, siblings, writesValue } = placeAt(state, position);
  const { keys, values } = lookUp(SCHEMA, path, siblings);
  return writesValue ? values : [...keys.keys()];
}

describe('completion', () => {
  it('offers the members of a scenario at its top', () => {
    expect(offered('name: a\n|')).toEqual(expect.arrayContaining(['duration', 'world', 'edges', 'designs']));
  });

  it('offers what a service has, under its name', () => {
    const keys = offered('world:\n  services:\n    checkout:\n      |');
    expect(keys).toEqual(expect.arrayContaining(['instances', 'concurrency', 'queue', 'serviceTime']));
    expect(keys).not.toContain('traffic');
  });

  it('offers the values of a key', () => {
    expect(offered('world:\n  services:\n    checkout:\n      queue:\n        discipline: |')).toEqual(
      expect.arrayContaining(['fifo', 'lifo', 'codel']),
    );
  });

  it('offers what an item of a list has', () => {
    expect(offered('world:\n  traffic:\n    - |')).toEqual(expect.arrayContaining(['name', 'arrivals', 'deadline']));
  });

  it('knows the parameters of the kind of layer that is being written', () => {
    const layer = (kind: string): readonly string[] =>
      offered(`edges:\n  - from: a\n    to: b\n    layers:\n      - { name: x, kind: ${kind}, | }\n`);
    expect(layer('retry')).toContain('tries');
    expect(layer('retry')).not.toContain('refusalCost');
    expect(layer('rateLimiter')).toContain('refusalCost');
    expect(layer('rateLimiter')).not.toContain('tries');
  });

  it('offers the kinds of layers', () => {
    expect(offered('edges:\n  - from: a\n    to: b\n    layers:\n      - { name: x, kind: | }\n')).toEqual(
      expect.arrayContaining(['loadBalancer', 'circuitBreaker', 'rateLimiter', 'retry']),
    );
  });
});
