import { UnknownFigureError } from '../experiments/check.ts';
import { ScenarioError } from '../scenario/scenario-error.ts';
import type { CaseResult } from './case-result.ts';
import { inline } from './edits.ts';
import type { Judgement, Property } from './property.ts';
import { PropertyTestError } from './property-test-error.ts';

/** Judges a case by a property. Throws `PropertyTestError` if the property throws: then it says nothing of the design. */
export function judgeCase(property: Property, result: CaseResult): Judgement {
  try {
    return property.judge(result);
  } catch (error) {
    if (error instanceof PropertyTestError || error instanceof UnknownFigureError) throw error;
    const edits = Object.keys(result.edits).length === 0 ? 'the baseline' : `the case ${inline(result.edits)}`;
    const compared = error instanceof ScenarioError ? 'compares with a design that there is not' : 'threw';
    const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw new PropertyTestError(`the property \`${property.name}\` ${compared}, judging ${edits}: ${why}`);
  }
}
