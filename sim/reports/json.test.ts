import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { overcontrolHere, testFile } from '../cli/testing/program.ts';
import { CONFLICT_NAMES } from '../measure/conflicts.ts';
import { WRONG_KINDS } from '../measure/layer-ledger.ts';

/** `json.md` against what is printed. */

const SMALL = testFile('small.yaml');
const WITH_PAIRS = testFile('with-pairs.yaml');

/** The members that a section of a document lists. */
function documented(section: string, file = './json.md'): string[] {
  const text = readFileSync(new URL(file, import.meta.url), 'utf8');
  const [body] = text.split(`\n## ${section}\n`)[1].split('\n## ');
  return [...body.matchAll(/^\| `([^`]+)` \|/gm)].map(([, member]) => member);
}

/** Lists by name: what stands for a name below them. */
const NAMED: readonly (readonly [RegExp, string])[] = [
  [/(^|\.)rejectedBy$/, '<layer>'],
  [/(^|\.)layers$/, '<layer>'],
  [/\.wrong$/, '<kind>'],
  [/(^|\.)services$/, '<service>'],
];

/** Every member of printed JSON by its path, with names in it replaced; an estimate is one member. */
function printed(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => printed(item, `${path}[]`));
  if (typeof value !== 'object' || value === null || isEstimate(value)) return [path];
  const name = NAMED.find(([list]) => list.test(path))?.[1];
  return Object.entries(value).flatMap(([key, item]) => printed(item, `${path}${path && '.'}${name ?? key}`));
}

function isEstimate(value: object): boolean {
  return Object.keys(value).join() === 'mean,low,high';
}

function sorted(members: Iterable<string>): string[] {
  return [...new Set(members)].toSorted();
}

/** Members that are documented as a whole too: lists, and what can be null. */
function leaves(members: readonly string[]): string[] {
  const isLeaf = (one: string): boolean =>
    !members.some((other) => other.startsWith(`${one}.`) || other.startsWith(`${one}[`));
  return members.filter(isLeaf);
}

async function json(...args: string[]): Promise<unknown> {
  const { stdout } = await overcontrolHere([...args, '--json']);
  return JSON.parse(stdout);
}

const HEADER = ['schemaVersion', 'version', 'scenario', 'design', 'seed', 'durationMs', 'warmupMs', 'digest'];
const BESIDE = /^(expect|notes)\[\]/;

describe('the documented JSON', () => {
  const runMembers = documented('run');
  let figures: string[];
  beforeAll(() => {
    figures = leaves(runMembers).filter((member) => !HEADER.includes(member) && !BESIDE.test(member));
  });

  /** The small world gives no cause for a note. */
  const rare = 'notes[]';

  it('of a run has every member that is printed, and no other', async () => {
    const found = printed(await json('run', SMALL, '--expect'));
    expect(sorted([...found, rare])).toEqual(sorted(leaves(runMembers)));
  });

  it('of a run without references and verdicts has null for what it says it has', async () => {
    const document = (await json('run', SMALL, '--no-references', '--no-verdicts')) as Record<string, unknown>;
    const absent = Object.keys(document).filter((name) => document[name] === null);
    const alone = 'fidelity servable servableAtInitial cells killed saved missed beyond churn revivedByRekeying';
    expect(sorted(absent)).toEqual(sorted([...alone.split(' '), 'layers', 'conflicts']));
  });

  it('of several seeds has the same members, but for seed and digest', async () => {
    const found = printed(await json('run', SMALL, '--replications', '2', '--expect'));
    const header = HEADER.filter((member) => member !== 'seed' && member !== 'digest');
    const beside = runMembers.filter((member) => BESIDE.test(member));
    const own = documented('run with replications');
    expect(sorted([...found, rare])).toEqual(sorted([...header, ...own, ...figures, ...beside]));
  });

  it('of a comparison has every member that is printed, and no other', async () => {
    const found = printed(await json('compare', WITH_PAIRS, '--replications', '2'));
    const own = leaves(documented('compare')).filter((member) => !member.includes('<figure>'));
    const ofDesigns = figures.map((figure) => `designs[].${figure}`);
    const compared =
      /^(success|fidelity|goodputPerSecond|amplification|duplicates|wastedWork|latencyMs\..*|waitMs\..*)$/;
    const ofDifferences = figures.filter((figure) => compared.test(figure)).map((figure) => `differences[].${figure}`);
    expect(sorted([...found, rare])).toEqual(sorted([...own, ...ofDesigns, ...ofDifferences]));
  });

  it('of a check has every member that is printed, and no other', async () => {
    const found = printed(await json('check', SMALL, '--replications', '2'));
    expect(sorted([...found, `[].${rare}`])).toEqual(sorted(leaves(documented('check'))));
  });

  it('of an explanation has every member that is printed, and no other', async () => {
    const found = printed(await json('explain', SMALL, '--first', 'served')).filter(
      (member) => member !== 'trace.events[].ahead',
    );
    expect(sorted(found)).toEqual(sorted(leaves(documented('explain'))));
  });
});

describe('the closed lists', () => {
  const measure = '../measure/README.md';

  it('of wrong decisions is documented as it is', () => {
    expect(documented('Wrong decisions', measure)).toEqual([...WRONG_KINDS]);
  });

  it('of conflicts is documented as it is', () => {
    expect(documented('Conflicts', measure)).toEqual([...CONFLICT_NAMES]);
  });
});
