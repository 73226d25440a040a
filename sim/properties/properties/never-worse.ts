import { OFF } from '../../scenario/edits.ts';
import { formatDuration, parseDuration } from '../../units/duration.ts';
import type { CaseResult } from '../case-result.ts';
import type { Edits } from '../edits.ts';
import { inline } from '../edits.ts';
import type { Property } from '../property.ts';
import { bounded, percent, significant } from '../property.ts';
import { PropertyTestError } from '../property-test-error.ts';
import type { SeedRun } from '../seed-run.ts';

/** Another design that a case is compared with: the case's own, changed. */
export interface Change {
  readonly about: string;
  readonly edits: Edits;
}

/** The design without some layers. */
export function without(...layers: readonly string[]): Change {
  return { about: `without ${layers.join(', ')}`, edits: Object.fromEntries(layers.map((name) => [name, OFF])) };
}

/** The design with other settings, such as `changed({ 'breaker.waitOpen': '5s' })`. */
export function changed(edits: Edits): Change {
  const parts = Object.entries(edits).map(([path, value]) => `${path} ${inline(value)}`);
  return { about: `with ${parts.join(', ')}`, edits };
}

export interface NeverWorse {
  readonly than: Change;
  /** The figure, by its path in `run --json`; `fidelity` unless given. */
  readonly in?: string;
  /** How much worse is still not worse: '1pp' (points of a share), '20ms', '5%' of the other's figure, or a number. */
  readonly by?: string | number;
  readonly name?: string;
}

/** Figures of which less is better. */
const LESS_IS_BETTER =
  /^(amplification|duplicates|wastedWork|killed|missed|churn|latencyMs|waitMs|rejectedBy|capped|outcomes\.(?!served)|services\..*\.(amplification|duplicates|wastedWork|queueLength))/;

/**
 * The design is never worse than a changed one, in the same worlds: a layer that does harm when it is there does not earn
 * its place.
 */
export function neverWorse({ than, in: figure = 'fidelity', by = '1pp', name }: NeverWorse): Property {
  const margin = readMargin(by);
  const sign = LESS_IS_BETTER.test(figure) ? -1 : 1;
  const others = new WeakMap<CaseResult, CaseResult | null>();
  const otherOf = (result: CaseResult): CaseResult | null => {
    if (!others.has(result)) others.set(result, otherCase(result, than));
    return others.get(result)!;
  };
  const excess = (run: SeedRun, result: CaseResult): number | null => {
    const other = otherOf(result)!
      .runs.find(({ seed }) => seed === run.seed)!
      .figure(figure);
    const own = run.figure(figure);
    if (own === null || other === null) return null;
    const worse = sign * (other - own);
    return margin.relative ? (other === 0 ? null : worse / Math.abs(other)) : worse;
  };
  return bounded({
    name: name ?? `neverWorse-${slug(than.about)}-${slug(figure)}`,
    about: `in ${figure} never worse than ${than.about} by more than ${by}`,
    atMost: margin.value,
    of: excess,
    vacuous: (_run, result) => (otherOf(result) === null ? `the case is ${than.about} itself` : undefined),
    write: (value) => margin.write(value, figure),
    comparesWith: than.edits,
  });
}

/** Null where the change is in the case already: a layer that it leaves out is not there. */
function otherCase(result: CaseResult, { edits }: Change): CaseResult | null {
  const missing = Object.entries(edits).filter(([path, value]) => value !== OFF || result.edits[path] !== OFF);
  return missing.length === 0 ? null : result.under(edits);
}

interface Margin {
  readonly value: number;
  readonly relative: boolean;
  write(value: number, figure: string): string;
}

function readMargin(by: string | number): Margin {
  const write = (value: number): string => significant(value);
  if (typeof by === 'number') return { value: by, relative: false, write };
  const points = /^(\d+(?:\.\d+)?)\s*pp$/.exec(by);
  if (points !== null) {
    return { value: Number(points[1]) / 100, relative: false, write: (value) => `${significant(value * 100)}pp` };
  }
  const share = /^(\d+(?:\.\d+)?)\s*%$/.exec(by);
  if (share !== null) return { value: Number(share[1]) / 100, relative: true, write: percent };
  const span = parseDuration(by);
  if (span !== undefined) {
    const asDuration = (ms: number): string => formatDuration(Math.floor(ms * 1e3) * 1e3);
    return { value: span / 1e6, relative: false, write: asDuration };
  }
  throw new PropertyTestError(`neverWorse: \`by\` is a margin such as '1pp', '5%', '20ms' or a number, not ${by}`);
}

function slug(text: string): string {
  return text.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '');
}

/** A layer earns its place: the design is never worse with it than without it. */
export function earnsItsPlace(layer: string, margin: Pick<NeverWorse, 'in' | 'by'> = {}): Property {
  return neverWorse({ than: without(layer), ...margin, name: `earnsItsPlace-${layer}` });
}
