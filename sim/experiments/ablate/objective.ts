import { parseExpectation } from '../../scenario/expectation.ts';
import type { Expectation } from '../../scenario/expectation.ts';
import { meets } from '../../scenario/expectation.ts';
import { BARE } from '../../scenario/scenario.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { estimate } from '../../measure/statistics.ts';
import { numberPaths, valueAt } from '../aggregate.ts';
import { UnknownFigureError } from '../check.ts';

/** What a design must reach, and who said so. */
export interface Objective {
  readonly lines: readonly ObjectiveLine[];
  readonly source: 'given' | 'scenario' | 'default';
}

export type ObjectiveLine = Pick<Expectation, 'that' | 'path' | 'operator' | 'value' | 'ofOffered'>;

/** An objective that cannot be read. */
export class ObjectiveError extends Error {
  readonly that: string;

  constructor(that: string, problem: string) {
    super(`\`${that}\`: ${problem}`);
    this.name = 'ObjectiveError';
    this.that = that;
  }
}

/** The objective where nobody has said one: with references, and without. */
export const DEFAULT_OBJECTIVE = 'fidelity >= 99.5%';
export const DEFAULT_OBJECTIVE_ALONE = 'success >= 99.5%';

/** Figures of which more is better; of all others less is. */
const MORE_IS_BETTER = /^(fidelity|success|goodputPerSecond|saved|beyond|outcomes\.served|layers\..*\.intended)$/;

/**
 * The objective that is given, or else what the scenario expects of the design as a goal (an expectation that something
 * goes wrong is none, nor one against another design), or else a default. Throws `ObjectiveError`.
 */
export function objectiveOf(
  scenario: Scenario,
  design: string,
  given: readonly string[],
  references: boolean,
): Objective {
  if (given.length > 0) return { lines: given.map(readLine), source: 'given' };
  const lines = scenario.expect.filter((one) => one.design === design && one.against === BARE && isGoal(one));
  if (lines.length > 0) return { lines, source: 'scenario' };
  return { lines: [readLine(references ? DEFAULT_OBJECTIVE : DEFAULT_OBJECTIVE_ALONE)], source: 'default' };
}

function readLine(that: string): ObjectiveLine {
  const parsed = parseExpectation(that);
  if (typeof parsed === 'string') throw new ObjectiveError(that, parsed);
  return { that, ...parsed };
}

function isGoal({ path, operator }: ObjectiveLine): boolean {
  const wantsMore = operator === '>=' || operator === '>';
  const wantsLess = operator === '<=' || operator === '<';
  return MORE_IS_BETTER.test(path.join('.')) ? wantsMore : wantsLess;
}

/**
 * The values of an objective's lines in one run, each as its line compares it. A figure of a layer that the run has not
 * is 0; one that no run has is an `UnknownFigureError`; NaN where there is none in this run.
 *
 * @param whole the same figures of the design with all its layers, which says what there is
 */
export function objectiveValues({ lines }: Objective, tree: object, whole: object, offered: number): number[] {
  return lines.map(({ that, path, ofOffered }) => {
    // A layer that rejects nothing is not listed.
    const known = path[0] === 'rejectedBy' && path.length === 2 ? 0 : valueAt(whole, path);
    if (known !== null && typeof known !== 'number') {
      throw new UnknownFigureError(that, path.join('.'), numberPaths(whole));
    }
    const value = valueAt(tree, path) ?? (known === null ? NaN : 0);
    return typeof value !== 'number' ? NaN : ofOffered ? value / offered : value;
  });
}

/** Whether a design meets its objective: as expectations are judged, the whole interval of each line must. */
export function meetsObjective({ lines }: Objective, perSeed: readonly (readonly number[])[]): boolean {
  return lines.every(({ operator, value }, i) => {
    const { low, high } = estimate(perSeed.map((values) => values[i]));
    return meets(low, operator, value) && meets(high, operator, value);
  });
}
