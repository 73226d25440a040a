import { expect, it } from 'vitest';
import { Registry, readScenario } from '../sim/index.ts';
import { blocksOf, textOf } from '../sim/testing/documents.ts';

/** The page on how to model a system, against what a scenario can say. */

const PAGE = textOf('scenarios/MODELLING.md');

/** Names of fields anywhere in the JSON Schema of scenarios. */
const FIELDS = new Set(
  [...textOf('sim/scenario/scenario.schema.json').matchAll(/"(\w+)": \{/g)].map(([, name]) => name),
);

/** The words of the middle columns that are fields: `services.*.instances`, `arrivals`. */
const knobs = [...PAGE.matchAll(/^\| [^|`]+\| ([^|]+) \|/gm)]
  .flatMap(([, cell]) => [...cell.matchAll(/`([\w.*[\]]+)[^`]*`/g)].map(([, path]) => path))
  .flatMap((path) => path.replaceAll('[]', '').split('.'))
  .filter((name) => name !== '*');

it('names knobs that there are', () => {
  expect(knobs.length).toBeGreaterThan(25);
  expect(knobs.filter((name) => !FIELDS.has(name))).toEqual([]);
});

it('shows a recording that is read', () => {
  const shown = (language: string): string =>
    blocksOf(PAGE)
      .filter((block) => block.language === language)
      .flatMap(({ lines }) => lines)
      .join('\n');
  const text = `
name: recorded
duration: 1s
world:
  services:
    checkout: { instances: 1, concurrency: 1, serviceTime: 1ms }
  traffic:
    ${shown('yaml')}
`;
  const readData = () => ({ text: shown('csv'), file: 'shoppers.csv' });
  const { world } = readScenario(text, 's.yaml', { registry: new Registry(), readData });
  expect(world.traffic[0]).toMatchObject({ clients: 2, arrivals: { kind: 'recorded', times: [0, 12e6, 12.4e6] } });
});
