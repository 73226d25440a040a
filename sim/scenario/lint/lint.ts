import type { LayerSpec } from '../../controllers/kind.ts';
import { isRecord, valueAt } from '../plain-data.ts';
import { Complaints } from '../complaints.ts';
import { applySettings, changeDesign, nameOf } from '../designs.ts';
import type { WrittenDesign } from '../designs.ts';
import { readDocument } from '../document.ts';
import type { PlacedDocument } from '../document.ts';
import { withBases } from '../extend.ts';
import type { WrittenLayer } from '../layers.ts';
import { outlineOf, textOf } from '../outline.ts';
import { formatPath } from '../places.ts';
import type { ReadOptions } from '../read-scenario.ts';
import { readScenario, writtenStacks } from '../read-scenario.ts';
import type { DesignSpec, Scenario } from '../scenario.ts';
import { LAYERED } from '../scenario.ts';
import { designSchema } from '../schema.ts';
import { withSettings } from '../settings.ts';
import type { LintedDesign, LintedLayer } from './linted-design.ts';
import { retryPolicyOf } from './retries.ts';
import type { Finding, Rule, Setting, Severity } from './rule.ts';
import { RULES } from './rules/index.ts';

/** What a rule found, and where in which file. */
export interface LintProblem {
  readonly code: string;
  readonly rule: string;
  readonly severity: Severity;
  readonly file: string;
  /** 1-based; 0 where the place is in no file (a command-line setting). */
  readonly line: number;
  readonly column: number;
  /** The place in the document, such as `edges[0].layers[1].tries`. */
  readonly path: string;
  readonly layers: readonly string[];
  /** The designs in which it is so, the first one first. */
  readonly designs: readonly string[];
  readonly message: string;
  /** The setting that it is about, where that is all that it says. */
  readonly setting?: Setting;
}

/** Which rules look at which designs. */
export interface LintOptions extends ReadOptions {
  /** Only these designs; all of the file unless given. */
  readonly designs?: readonly string[];
  readonly rules?: readonly Rule[];
}

/**
 * Everything that the rules have against a scenario, in the order of the file, each thing once whatever the number of
 * designs that have it. Throws `ScenarioError` where it cannot be read.
 */
export function lintScenario(text: string, file: string, options: LintOptions): LintProblem[] {
  const scenario = readScenario(text, file, options);
  const { document, layerSettings } = withSettings(
    withBases(readDocument(text, file), options.readBase),
    options.set ?? {},
  );
  const stacks = writtenStacks(outlineOf(document.value), new Complaints(file));
  const base = applySettings(stacks, layerSettings, [], new Complaints(file));
  const problems = new Map<string, LintProblem>();
  for (const design of scenario.designs) {
    if (options.designs !== undefined && !options.designs.includes(design.name)) continue;
    const written = [...layersOf(writtenAs(design, base, document)), ...clientRetries(document.value)];
    const linted = lintedDesign(scenario, design, written, options);
    for (const rule of options.rules ?? RULES) {
      for (const finding of rule.check(linted)) take(problemOf(rule, finding, design, document), problems);
    }
  }
  return [...problems.values()].toSorted(byPlace(file));
}

function take(problem: LintProblem, problems: Map<string, LintProblem>): void {
  const { code, path, message } = problem;
  const key = `${code} ${path} ${message}`;
  const known = problems.get(key);
  problems.set(key, known === undefined ? problem : { ...known, designs: [...known.designs, ...problem.designs] });
}

function problemOf(rule: Rule, finding: Finding, design: DesignSpec, { file, places }: PlacedDocument): LintProblem {
  const { path, layers, message, setting } = finding;
  const place = places.find(path) ?? { file, line: 1, column: 1 };
  return {
    code: rule.code,
    rule: rule.name,
    severity: rule.severity,
    ...place,
    path: formatPath(path),
    layers,
    designs: [design.name],
    message,
    ...(setting === undefined ? {} : { setting }),
  };
}

/** What the file itself says before what it extends, and each from the top. */
function byPlace(file: string): (a: LintProblem, b: LintProblem) => number {
  const rank = (problem: LintProblem): number => (problem.file === file ? 0 : 1);
  return (a, b) =>
    rank(a) - rank(b) || a.line - b.line || a.column - b.column || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0);
}

// --- designs as they are written -------------------------------------------------------------------------------------

/** Retries of the clients themselves, in every design: a layer that no stack lists. */
function clientRetries(value: unknown): WrittenLayer[] {
  return outlineOf(value).traffic.flatMap((entry) => {
    const retries = valueAt(entry.value, ['retries']);
    if (!isRecord(retries)) return [];
    const name = `${textOf(entry, 'name')}-client`;
    return [{ value: { ...retries, name, kind: 'retry' }, path: [...entry.path, 'retries'], setAt: new Map() }];
  });
}

function writtenAs(design: DesignSpec, base: WrittenDesign, { value, file }: PlacedDocument): WrittenDesign {
  if (design.name === LAYERED) return base;
  const path = ['designs', design.name];
  return changeDesign(base, designSchema.parse(valueAt(value, path)), path, new Complaints(file));
}

function layersOf({ edges, autoscalers }: WrittenDesign): WrittenLayer[] {
  return [...edges.flatMap(({ layers }) => layers), ...autoscalers];
}

function lintedDesign(
  { world }: Scenario,
  design: DesignSpec,
  written: readonly WrittenLayer[],
  { registry }: ReadOptions,
): LintedDesign {
  const byName = new Map(written.map((layer) => [nameOf(layer), layer]));
  const linted = (layers: readonly LayerSpec[]): LintedLayer[] =>
    layers
      .filter(({ shadow }) => !shadow)
      .map((spec) => ({ spec, written: byName.get(spec.name)!, retry: retryPolicyOf(spec, registry) }));
  return {
    name: design.name,
    world,
    registry,
    edges: design.edges.map(({ from, to, layers }) => ({
      from,
      to,
      service: world.services.find(({ name }) => name === to)!,
      traffic: world.traffic.find(({ name }) => name === from),
      layers: linted(layers),
    })),
    autoscalers: linted(design.autoscalers),
  };
}
