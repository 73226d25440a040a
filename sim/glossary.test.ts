import { expect, it } from 'vitest';
import { MODES } from './experiments/diagnose/modes.ts';
import { CONFLICT_NAMES } from './measure/conflicts.ts';
import { CELL_NAMES } from './measure/flips.ts';
import { WRONG_KINDS } from './measure/layer-ledger.ts';
import { textOf } from './testing/documents.ts';
import { OUTCOME_NAMES } from './world/outcome.ts';
import { CAUSE_NAMES, KIND_NAMES } from './world/result.ts';

/** The lists of the code that the glossary explains, by what it calls them. */
const LISTS: Readonly<Record<string, readonly string[]>> = {
  outcomes: OUTCOME_NAMES,
  kinds: KIND_NAMES,
  causes: CAUSE_NAMES,
  verdicts: WRONG_KINDS,
  conflicts: CONFLICT_NAMES,
  modes: MODES,
  cells: CELL_NAMES,
};

/** The rows of each marked table: what is explained, and whether every column of it says something. */
function tables(): Map<string, readonly string[]> {
  const text = textOf('GLOSSARY.md');
  const marked = [...text.matchAll(/^<!-- list: (\w+) -->\n\n((?:\|.*\n)+)/gm)];
  return new Map(
    marked.map(([, name, table]) => [name, [...table.matchAll(/^\| `(\w+)` \|.*\S.*\|$/gm)].map(([, word]) => word)]),
  );
}

it('explains every list that it says it does, and no other', () => {
  expect([...tables().keys()]).toEqual(Object.keys(LISTS));
});

it.each(Object.keys(LISTS))('explains all %s, in the order of the code', (name) => {
  expect(tables().get(name)).toEqual(LISTS[name]);
});
