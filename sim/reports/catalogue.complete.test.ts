import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { parameterMeta } from '../controllers/parameters.ts';
import type { ParameterMeta } from '../controllers/parameters.ts';
import { Registry } from '../controllers/registry.ts';
import { readScenario } from '../scenario/read-scenario.ts';
import { formatProblem, ScenarioError } from '../scenario/scenario-error.ts';
import { cardReport } from './card-report.ts';
import { findEntry } from './catalogue.ts';
import type { PolicyEntry } from './catalogue.ts';
import { renderText } from './text.ts';

/** What `describe` promises of every policy of the catalogue, and what bad parameters and wrong kinds are told. */

const registry = new Registry();

const policies = [...registry.kinds.values()].flatMap((kind) =>
  kind.policies.map((policy) => ({ name: `${kind.name}/${policy.name}`, kind, policy })),
);

function entryOf(name: string): PolicyEntry {
  const found = findEntry(registry, name);
  if (!('entries' in found)) throw new Error(`nothing is called ${name}`);
  return found.entries[0] as PolicyEntry;
}

/** What is wrong with one layer, in a scenario that is otherwise well. */
function complaintsAbout(layer: Record<string, unknown>, place: 'path' | 'beside'): string {
  const whole = {
    name: 'shop',
    duration: '10s',
    world: {
      services: { checkout: { instances: 4, serviceTime: '20ms' } },
      traffic: [{ name: 'shoppers', to: 'checkout', arrivals: { poisson: '50/s' } }],
    },
    ...(place === 'path'
      ? { edges: [{ from: 'shoppers', to: 'checkout', layers: [layer] }] }
      : { autoscalers: [{ service: 'checkout', ...layer }] }),
  };
  try {
    readScenario(JSON.stringify(whole), 's.json', { registry });
    return '';
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    return error.problems.map(formatProblem).join('\n');
  }
}

describe('the description of every policy', () => {
  it.each(policies)('$name: its card, parameters, defaults with sources, and what it gets wrong', ({ name }) => {
    const entry = entryOf(name);
    const text = renderText(cardReport(entry), { width: 120, colour: false });
    expect(text).toContain(name);
    expect(text).toContain(`What a ${entry.kind} is`);
    expect(text).toContain('\nSources\n');
    expect(entry.sources.length).toBeGreaterThan(0);
    expect(entry.knownToGetWrong.length, 'nothing known to get wrong').toBeGreaterThan(0);
    expect(text).toContain('Known to get wrong');
    for (const { path } of entry.parameters) expect(text).toContain(path.split('.').at(-1));
    // A list or a group says in its own words where its default comes from.
    const plain = entry.parameters.filter(({ path, type }) => !path.includes('.') && !type.startsWith('list'));
    const unsourced = plain.filter((row) => row.default !== null && row.source === '');
    expect(unsourced.map(({ path }) => path)).toEqual([]);
  });
});

/** Values just outside of a parameter's range, as people write them. */
function beyond({ type, min, max }: ParameterMeta): number[] {
  if (type !== 'integer' && type !== 'number') return [];
  return [
    ...(typeof min === 'number' ? [type === 'integer' ? min - 1 : min - 1e-6] : []),
    ...(typeof max === 'number' ? [max + 1] : []),
  ];
}

const ranged = policies.flatMap(({ name, kind, policy }) =>
  Object.entries(policy.parameters).flatMap(([parameter, schema]) => {
    const meta = parameterMeta(schema as z.ZodType);
    if (meta === undefined) return [];
    return beyond(meta).map((value) => ({ name, kind, policy, parameter, value, meta }));
  }),
);

describe('a parameter out of its range', () => {
  it('is looked for in many', () => {
    expect(ranged.length).toBeGreaterThan(50);
  });

  it.each(ranged)('$name: $parameter of $value is refused with its range and source', (row) => {
    const { kind, policy, parameter, value, meta } = row;
    const told = complaintsAbout(
      { name: 'layer', kind: kind.name, policy: policy.name, [parameter]: value },
      kind.place,
    );
    const line = told.split('\n').find((problem) => problem.includes(parameter));
    expect(line).toContain(String(Number(value) < Number(meta.min ?? -Infinity) ? meta.min : meta.max));
    if (meta.source !== undefined) expect(line).toContain(meta.source);
  });
});

describe('a policy on the wrong kind', () => {
  it.each(policies)('$name is said to belong to the kinds that have it', ({ policy }) => {
    const owners = registry.kindsWith(policy.name).map(({ name }) => name);
    const others = [...registry.kinds.values()].filter(({ name }) => !owners.includes(name));
    for (const other of others) {
      const told = complaintsAbout({ name: 'layer', kind: other.name, policy: policy.name }, other.place);
      for (const owner of owners) expect(told).toContain(`\`${owner}\``);
      expect(told).toContain(`\`${policy.name}\` is not a policy of \`${other.name}\``);
    }
  });
});
