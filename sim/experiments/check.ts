import type { Expectation } from '../scenario/expectation.ts';
import { meets } from '../scenario/expectation.ts';
import { BARE, ORACLE } from '../scenario/scenario.ts';
import type { DesignSpec, Scenario } from '../scenario/scenario.ts';
import { estimate } from '../measure/statistics.ts';
import { nearest } from '../units/nearest.ts';
import { numberPaths, valueAt } from './aggregate.ts';
import type { ExpectationResult, RunDocument } from './run.ts';
import { NO_FIDELITY, runDocument } from './run.ts';
import type { SeedResult } from './seed-job.ts';

/** An expectation that names a figure that no run has: an error, never a silent pass. */
export class UnknownFigureError extends Error {
  readonly that: string;
  readonly figure: string;
  readonly hint: string | undefined;

  constructor(that: string, figure: string, known: readonly string[]) {
    const hint = nearest(figure, known);
    super(`\`${that}\`: there is no figure \`${figure}\`${hint === undefined ? '' : `; did you mean \`${hint}\`?`}`);
    this.name = 'UnknownFigureError';
    this.that = that;
    this.figure = figure;
    this.hint = hint;
  }
}

/** Whether an expectation can only be judged with verdicts, or with references. */
export function needsVerdicts({ path }: Pick<Expectation, 'path'>): boolean {
  return path[0] === 'layers' || path[0] === 'conflicts';
}

/** Whether an expectation can only be judged against references. */
export function needsReferences({ path }: Pick<Expectation, 'path'>): boolean {
  return REFERENCED.has(path[0]);
}

/** Figures that need references. */
const REFERENCED: ReadonlySet<string> = new Set(Object.keys(NO_FIDELITY));

/** The designs that expectations speak of, in the scenario's order; `bare` is run as a reference anyway. */
export function expectedDesigns(scenario: Scenario, expect: readonly Expectation[] = scenario.expect): DesignSpec[] {
  const names = new Set(expect.flatMap(({ design, against }) => [design, against]));
  return scenario.designs.filter(({ name }) => names.has(name));
}

/** Figures that compare with another design. */
const COMPARED: readonly string[] = ['killed', 'saved'];

/** Figures that are lists by name, of which only what occurred is there: what is missing is 0. */
const SPARSE = /^(rejectedBy|layers\.[^.]+\.wrong)\./;

/**
 * Judges every expectation over the seeds that were run: it holds if the whole 95 % interval does (of one seed: its
 * value), or, with `each: seed`, if it does for every seed. Throws `UnknownFigureError`.
 */
export function checkExpectations(scenario: Scenario, results: readonly SeedResult[]): ExpectationResult[] {
  return scenario.expect.map((expectation) => judge(scenario, expectation, results));
}

function judge(scenario: Scenario, expectation: Expectation, results: readonly SeedResult[]): ExpectationResult {
  const { design, against, that, operator, value, eachSeed } = expectation;
  const values = results.map((result) => actualOf(scenario, expectation, result));
  if (values.some((actual) => actual === null)) return { that, design, against, actual: null, ok: false };
  const numbers = values as number[];
  const { mean, low, high } = estimate(numbers);
  const actual = numbers.length === 1 ? mean : { mean, low, high };
  if (eachSeed) {
    const failedSeeds = results.filter((_, i) => !meets(numbers[i], operator, value)).map(({ seed }) => seed);
    return { that, design, against, actual, ok: failedSeeds.length === 0, failedSeeds };
  }
  return { that, design, against, actual, ok: meets(low, operator, value) && meets(high, operator, value) };
}

/** One-way flips against another design; null where they have not been counted. */
function pairIn({ pairs }: SeedResult, design: string, against: string): object | null {
  const pair = pairs.find((one) => one.design === design && one.against === against);
  return pair === undefined ? null : { killed: pair.killed, saved: pair.saved };
}

/** The same against the oracle, which keeps nobody from anything directly; null without references. */
function againstOracle({ cells }: RunDocument): object | null {
  return cells === null ? null : { killed: { total: cells.ssf + cells.sff }, saved: cells.fss + cells.ffs };
}

/** The value of an expectation's figure in one seed; null where the run has none. */
function actualOf(scenario: Scenario, expectation: Expectation, result: SeedResult): number | null {
  const { design, against, path, ofOffered, that } = expectation;
  const document = runDocument(scenario, result, design);
  const tree: Record<string, unknown> = { ...document };
  if (against !== BARE && COMPARED.includes(path[0])) {
    const compared = against === ORACLE ? againstOracle(document) : pairIn(result, design, against);
    if (compared === null) return null;
    Object.assign(tree, compared);
  }
  let actual = valueAt(tree, path);
  if (actual === undefined && SPARSE.test(path.join('.')) && valueAt(tree, path.slice(0, -1)) !== undefined) actual = 0;
  if (actual === undefined || (typeof actual === 'object' && actual !== null)) {
    throw new UnknownFigureError(that, path.join('.'), numberPaths(tree));
  }
  if (typeof actual !== 'number' || actual !== actual) return null;
  return ofOffered ? actual / document.offered : actual;
}
