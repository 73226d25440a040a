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
import { readScenario } from '../read-scenario.ts';
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
  const base = applySettings(writtenStacks(document.value), layerSettings, [], new Complaints(file));
  const problems = new Map<string, LintProblem>();
  for (const design of scenario.designs) {
    if (options.designs !== undefined && !options.designs.includes(design.name)) continue;
    const linted = lintedDesign(scenario, design, writtenAs(design, base, document), options);
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

function writtenStacks(value: unknown): WrittenDesign {
  const outline = outlineOf(value);
  const edges = outline.edges.map((entry) => {
    const layers = valueAt(entry.value, ['layers']);
    return {
      from: textOf(entry, 'from') ?? '',
      to: textOf(entry, 'to') ?? '',
      layers: Array.isArray(layers)
        ? layers.flatMap((layer: unknown, l) => writtenLayer(layer, [...entry.path, 'layers', l]))
        : [],
    };
  });
  for (const source of outline.traffic) {
    const from = textOf(source, 'name') ?? '';
    const to = textOf(source, 'to') ?? '';
    if (!edges.some((edge) => edge.from === from && edge.to === to)) edges.push({ from, to, layers: [] });
  }
  return { edges, autoscalers: outline.autoscalers.flatMap((entry) => writtenLayer(entry.value, entry.path)) };
}

function writtenLayer(value: unknown, path: WrittenLayer['path']): WrittenLayer[] {
  return isRecord(value) ? [{ value, path, setAt: new Map() }] : [];
}

function writtenAs(design: DesignSpec, base: WrittenDesign, { value, file }: PlacedDocument): WrittenDesign {
  if (design.name === LAYERED) return base;
  const path = ['designs', design.name];
  return changeDesign(base, designSchema.parse(valueAt(value, path)), path, new Complaints(file));
}

function lintedDesign(
  { world }: Scenario,
  design: DesignSpec,
  written: WrittenDesign,
  { registry }: ReadOptions,
): LintedDesign {
  const byName = new Map(
    [...written.edges.flatMap(({ layers }) => layers), ...written.autoscalers].map((layer) => [nameOf(layer), layer]),
  );
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
