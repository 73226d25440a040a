import { checkExpectations, needsReferences } from '../../experiments/check.ts';
import { meets, parseExpectation } from '../../scenario/expectation.ts';
import type { Expectation } from '../../scenario/expectation.ts';
import { BARE, ORACLE } from '../../scenario/scenario.ts';
import type { CaseResult } from '../case-result.ts';
import type { Judgement, Property } from '../property.ts';
import { bounded, percent, significant } from '../property.ts';
import { PropertyTestError } from '../property-test-error.ts';
import type { SeedRun } from '../seed-run.ts';

export interface FigureLimit {
  readonly atMost?: number;
  readonly atLeast?: number;
  readonly tolerance?: number;
}

/** Any figure of `run --json` by its path, within a limit: `figure('latencyMs.p99', { atMost: 500 })`. */
export function figure(path: string, limit: FigureLimit): Property {
  const { atMost, atLeast, tolerance = 0 } = limit;
  if ((atMost === undefined) === (atLeast === undefined)) {
    throw new PropertyTestError(`figure('${path}'): give either \`atMost\` or \`atLeast\``);
  }
  const sides = atMost === undefined ? `at least ${significant(atLeast!)}` : `at most ${significant(atMost)}`;
  return bounded({
    name: `figure-${path}`,
    about: `${path} ${sides} (tolerance ${significant(tolerance)})`,
    atMost,
    atLeast,
    tolerance,
    of: (run) => run.figure(path),
  });
}

/** A line of a scenario's `expect`, as it is written there: `expectation('success >= 99%')`. */
export function expectation(that: string): Property {
  const read = parseExpectation(that);
  if (typeof read === 'string') throw new PropertyTestError(`expectation('${that}'): ${read}`);
  return expectationHolds({ ...read, that, design: '', against: BARE, eachSeed: false });
}

/**
 * An `expect` line as a property: broken if it does not hold of the mean over the seeds, nor of more than half of them.
 * (As a scenario's own line it must hold of the whole interval; a hunt looks for what clearly breaks it.) An empty
 * `design` is the one under test.
 */
export function expectationHolds(expectation: Expectation): Property {
  const { that, design, against } = expectation;
  const of = design === '' ? '' : ` of \`${design}\``;
  const other = against === BARE ? '' : ` against \`${against}\``;
  return {
    name: that,
    about: `${that}${of}${other}`,
    judge: (result) => judge(expectation, result),
    ...(design === '' ? {} : { speaksOf: design }),
  };
}

function judge(given: Expectation, result: CaseResult): Judgement {
  const expected = given.design === '' ? { ...given, design: result.design.name } : given;
  const { operator, value } = expected;
  const values: number[] = [];
  let held = 0;
  for (const run of result.runs) {
    if (2 * held >= result.runs.length) break;
    const actual = actualOf(expected, run);
    if (actual === null) continue;
    values.push(actual);
    if (meets(actual, operator, value)) held++;
  }
  if (values.length === 0) return { ok: true, told: 'there is no such figure', vacuous: 'there is no such figure' };
  const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
  const ok = 2 * held >= result.runs.length || meets(mean, operator, value);
  const write = expected.that.trimEnd().endsWith('%') ? percent : significant;
  return { ok, told: `${write(mean)}; it holds in ${held} of ${values.length} seeds` };
}

/** The figure in one seed; null where there is none. */
function actualOf(expected: Expectation, run: SeedRun): number | null {
  const { scenario } = run;
  const names = new Set([expected.design, expected.against]);
  const designs = scenario.designs.filter(({ name }) => names.has(name));
  const references = needsReferences(expected) || expected.against === ORACLE;
  const single = { ...scenario, expect: [expected] };
  const [{ actual }] = checkExpectations(single, [run.resultOf(designs, references)]);
  return typeof actual === 'number' ? actual : null;
}
