import type { CaseResult } from './case-result.ts';
import { formatShare } from '../units/share.ts';
import type { ObserverFactory } from './laboratory.ts';
import { PropertyTestError } from './property-test-error.ts';
import type { SeedRun } from './seed-run.ts';

/** What a property says of one case. */
export interface Judgement {
  readonly ok: boolean;
  /** The figures, in one clause: "2.7 (5 of 5 seeds beyond 1.5)". */
  readonly told: string;
  /** Why this case could not have broken it: no fault struck, the breaker never opened. */
  readonly vacuous?: string;
  /** The seed that shows it best. */
  readonly seed?: string;
}

/** Something that is to hold of a design, whatever edits are made to it. */
export interface Property {
  /** Short and stable: counterexamples name their property by it. */
  readonly name: string;
  /** With its limits and its tolerance. */
  readonly about: string;
  judge(result: CaseResult): Judgement;
  /** What it needs to watch while a run is made. */
  readonly observe?: ObserverFactory;
  /** Edits that it makes by itself, to compare with; each must make a scenario of the baseline. */
  readonly comparesWith?: Readonly<Record<string, unknown>>;
  /** The design of the scenario that it speaks of, where that is not the one under test. */
  readonly speaksOf?: string;
}

/** A property as a plain function over a result: true, false, or a judgement with its reasons. */
export type PropertyFunction = (result: CaseResult) => boolean | Judgement;

/** A plain function as a property, under its own name or the one that is given. */
export function property(name: string, judge: PropertyFunction): Property {
  return {
    name,
    about: name,
    judge: (result) => {
      const said: unknown = judge(result);
      if (typeof said === 'boolean') return { ok: said, told: said ? 'it holds' : 'it does not hold' };
      if (isJudgement(said)) return said;
      throw new PropertyTestError(
        `the property \`${name}\` returned ${said === undefined ? 'nothing' : typeof said}; expected true, false or { ok, told }`,
      );
    },
  };
}

function isJudgement(value: unknown): value is Judgement {
  if (typeof value !== 'object' || value === null) return false;
  const { ok, told } = value as Partial<Judgement>;
  return typeof ok === 'boolean' && typeof told === 'string';
}

/** A figure of each run, and the bound that it must keep. */
export interface Bound {
  readonly name: string;
  readonly about: string;
  /** Null where the run has no such figure. */
  of(run: SeedRun, result: CaseResult): number | null;
  readonly atMost?: number;
  readonly atLeast?: number;
  /** How far beyond the bound is not yet beyond it, in the figure's own terms. */
  readonly tolerance?: number;
  /** Why a run could not have broken it; undefined if it could. */
  vacuous?(run: SeedRun, result: CaseResult): string | undefined;
  /** How its values are told. */
  write?(value: number): string;
  readonly observe?: ObserverFactory;
  readonly comparesWith?: Property['comparesWith'];
}

/**
 * A property of a figure that varies by chance: it is broken only if the mean over the seeds is beyond the bound by more
 * than the tolerance, and so are more than half of the seeds. No seed is run whose value can change nothing any more.
 */
export function bounded(bound: Bound): Property {
  const { name, about, observe, comparesWith } = bound;
  return { name, about, observe, comparesWith, judge: (result) => judgeBound(bound, result) };
}

function judgeBound(bound: Bound, result: CaseResult): Judgement {
  const { runs } = result;
  const values: number[] = [];
  const beyond: number[] = [];
  const reasons: string[] = [];
  let within = 0;
  let [seed, furthest] = [runs[0].seed, 0];
  for (const run of runs) {
    if (2 * within >= runs.length) break;
    const reason = bound.vacuous?.(run, result);
    if (reason !== undefined) reasons.push(reason);
    const value = reason === undefined ? bound.of(run, result) : null;
    if (value !== null) values.push(value);
    if (value === null || !isBeyond(bound, value)) {
      within++;
      continue;
    }
    beyond.push(value);
    const far = Math.abs(value - (bound.atMost ?? bound.atLeast ?? 0));
    if (far > furthest) [seed, furthest] = [run.seed, far];
  }
  if (values.length === 0) {
    const vacuous = reasons[0] ?? 'the runs have no such figure';
    return { ok: true, told: vacuous, vacuous };
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const ok = 2 * within >= runs.length || !isBeyond(bound, mean);
  const write = bound.write ?? significant;
  const limit = bound.atMost ?? bound.atLeast ?? 0;
  const side = bound.atMost === undefined ? 'below' : 'above';
  const told = `${write(mean)}; ${beyond.length} of ${values.length} seeds ${side} ${write(limit)}`;
  const vacuous = reasons.length > 0 && reasons.length === within ? reasons[0] : undefined;
  return vacuous === undefined || !ok ? { ok, told, seed } : { ok, told, seed, vacuous };
}

function isBeyond({ atMost = Infinity, atLeast = -Infinity, tolerance = 0 }: Bound, value: number): boolean {
  return value > atMost + tolerance || value < atLeast - tolerance;
}

/**
 * A property that no chance can break: one run that violates it is enough.
 * @param violation what is wrong with a run; undefined if nothing is
 */
export function invariant(
  name: string,
  about: string,
  violation: (run: SeedRun, result: CaseResult) => string | undefined,
  more: Pick<Property, 'observe'> & { vacuous?(run: SeedRun): string | undefined } = {},
): Property {
  const judge = (result: CaseResult): Judgement => {
    const reasons: string[] = [];
    for (const run of result.runs) {
      const wrong = violation(run, result);
      if (wrong !== undefined) return { ok: false, told: `${wrong} (seed ${run.seed})`, seed: run.seed };
      const reason = more.vacuous?.(run);
      if (reason !== undefined) reasons.push(reason);
    }
    const told = `kept in ${result.runs.length} seeds`;
    return reasons.length === result.runs.length ? { ok: true, told, vacuous: reasons[0] } : { ok: true, told };
  };
  return { name, about, judge, observe: more.observe };
}

/** Three significant digits. */
export function significant(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** A share as a percentage, to three significant digits. */
export function percent(value: number): string {
  return formatShare(Number(value.toPrecision(3)));
}
