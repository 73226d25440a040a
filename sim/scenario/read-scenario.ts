import type { Registry } from '../controllers/registry.ts';
import { MAX_TIME } from '../kernel/time.ts';
import { formatDuration } from '../units/duration.ts';
import { Complaints } from './complaints.ts';
import type { WrittenDesign } from './designs.ts';
import { applySettings, changeDesign, nameOf, readDesign, withValue } from './designs.ts';
import { extendDocument, isRecord, readDocument } from './document.ts';
import type { Path, PlacedDocument } from './document.ts';
import { parseExpectation } from './expectation.ts';
import type { Expectation } from './expectation.ts';
import type { WrittenLayer } from './layers.ts';
import type { DesignSpec, Scenario } from './scenario.ts';
import { BARE, LAYERED, ORACLE, RESERVED_NAMES } from './scenario.ts';
import { ScenarioError } from './scenario-error.ts';
import type { ScenarioFile } from './schema.ts';
import { scenarioSchema } from './schema.ts';
import { checkWorld, readWorld } from './world.ts';

/** How a scenario is read beyond its own text. */
export interface ReadOptions {
  /** Kinds and policies that it may name. */
  readonly registry: Registry;
  /** Reads the text of the file that `extends` names, as seen from `from`. Returns its text and the name it goes by. */
  readonly readBase?: (name: string, from: string) => { text: string; file: string };
  /** `path=value` settings over the file: of layers, or of the file itself (`duration`, `world.services.x.concurrency`). */
  readonly set?: Readonly<Record<string, unknown>>;
}

/** Deepest chain of `extends`. */
const MOST_BASES = 8;

/** Reads, completes and checks a scenario. Throws `ScenarioError` with everything that is wrong. */
export function readScenario(text: string, file: string, options: ReadOptions): Scenario {
  const document = withSettings(withBases(readDocument(text, file), options, 0), options.set ?? {});
  return checkScenario(document, options);
}

/** The modules that a scenario needs, before it can be checked. */
export function readPlugins(text: string, file: string): string[] {
  const { value } = readDocument(text, file);
  const plugins = isRecord(value) ? value['plugins'] : undefined;
  return Array.isArray(plugins) ? plugins.filter((one): one is string => typeof one === 'string') : [];
}

function withBases(document: PlacedDocument, options: ReadOptions, depth: number): PlacedDocument {
  const complaints = new Complaints(document.file, document.places);
  const base = isRecord(document.value) ? document.value['extends'] : undefined;
  if (typeof base !== 'string') return document;
  if (options.readBase === undefined) complaints.at(['extends'], 'this scenario cannot extend a file here');
  else if (depth >= MOST_BASES) complaints.at(['extends'], `more than ${MOST_BASES} files extend each other`);
  if (complaints.problems.length > 0) throw new ScenarioError(complaints.problems);
  let read: { text: string; file: string };
  try {
    read = options.readBase!(base, document.file);
  } catch (error) {
    complaints.at(['extends'], `cannot read \`${base}\`: ${(error as Error).message}`);
    throw new ScenarioError(complaints.problems);
  }
  return extendDocument(withBases(readDocument(read.text, read.file), options, depth + 1), document);
}

/** Settings of the file itself; those of layers are applied to the stacks. */
function withSettings(document: PlacedDocument, settings: Readonly<Record<string, unknown>>): PlacedDocument {
  let { value } = document;
  const layers: Record<string, unknown> = {};
  for (const [setting, wanted] of Object.entries(settings)) {
    const path = setting.split('.');
    if (path[0] in scenarioSchema.shape && isRecord(value)) value = withSetting(value, path, wanted);
    else layers[setting] = wanted;
  }
  if (isRecord(value)) value = { ...value, [LAYER_SETTINGS]: layers };
  return { ...document, value };
}

/** Under this key the settings of layers travel to where the stacks are read; no file can have it. */
const LAYER_SETTINGS = '\u0000settings';

/** Lists of named things (traffic, faults) can be addressed by name. */
function withSetting(tree: Record<string, unknown>, path: readonly string[], value: unknown): Record<string, unknown> {
  const [step, next, ...rest] = path;
  const below = tree[step];
  if (Array.isArray(below) && next !== undefined) {
    const list = below as unknown[];
    const index = list.findIndex((one, i) => String(i) === next || (isRecord(one) && one['name'] === next));
    if (index >= 0 && isRecord(list[index])) {
      const changed = rest.length === 0 ? value : withSetting(list[index], rest, value);
      return { ...tree, [step]: list.map((one, i) => (i === index ? changed : one)) };
    }
  }
  if (next === undefined) return { ...tree, [step]: value };
  if (isRecord(below)) return { ...tree, [step]: withSetting(below, [next, ...rest], value) };
  return withValue(tree, path, value);
}

function checkScenario(document: PlacedDocument, options: ReadOptions): Scenario {
  const complaints = new Complaints(document.file, document.places);
  const { [LAYER_SETTINGS]: settings, ...written } = document.value as Record<string, unknown>;
  if (!isRecord(document.value)) {
    complaints.at([], 'expected a map with `name`, `duration`, `world` …');
    throw new ScenarioError(complaints.problems);
  }
  const parsed = scenarioSchema.safeParse(written);
  if (!parsed.success) {
    complaints.fromZod(parsed.error, scenarioSchema, written, []);
    throw new ScenarioError(complaints.problems);
  }
  const file = parsed.data;
  checkClock(file, complaints);
  checkWorld(file, complaints);
  const { world, notes } = readWorld(file, complaints);
  const stacks = applySettings(
    writtenStacks(file),
    (settings as Record<string, unknown> | undefined) ?? {},
    ['--set'],
    complaints,
  );
  checkNames(file, stacks, complaints);
  const designs = readDesigns(file, stacks, options.registry, complaints);
  checkTelemetry(file, stacks, complaints);
  const expect = readExpectations(file, designs, complaints);
  if (complaints.problems.length > 0) throw new ScenarioError(complaints.problems);
  return {
    name: file.name,
    about: file.about.trim(),
    file: document.file,
    seed: String(file.seed),
    replications: file.replications,
    plugins: file.plugins,
    world,
    designs,
    expect,
    notes,
  };
}

function checkClock(file: ScenarioFile, complaints: Complaints): void {
  const longest = file.world.traffic.reduce((most, one) => Math.max(most, one.patience ?? one.deadline ?? 0), 0);
  const end = file.duration + (file.drain ?? longest);
  if (end > MAX_TIME) {
    const most = formatDuration(Math.floor(MAX_TIME / 864e11) * 864e11);
    complaints.at(['duration'], `beyond the clock's range of ${most}`, { found: formatDuration(end) });
  }
  if (file.warmup >= file.duration) {
    complaints.at(['warmup'], 'nothing is left to measure: it must be shorter than `duration`');
  }
}

/** Stacks as written, with an empty one for each traffic whose edge the file does not mention. */
function writtenStacks(file: ScenarioFile): WrittenDesign {
  const edges = file.edges.map(({ from, to, layers }, e) => ({
    from,
    to,
    layers: layers.map((value, l): WrittenLayer => ({ value, path: ['edges', e, 'layers', l], setAt: new Map() })),
  }));
  for (const { name, to } of file.world.traffic) {
    if (!edges.some((edge) => edge.from === name && edge.to === to)) edges.push({ from: name, to, layers: [] });
  }
  const autoscalers = file.autoscalers.map((value, i): WrittenLayer => ({
    value,
    path: ['autoscalers', i],
    setAt: new Map(),
  }));
  return { edges, autoscalers };
}

/** Names are unique over all edges: figures, settings and draws go by them. */
function checkNames(file: ScenarioFile, stacks: WrittenDesign, complaints: Complaints): void {
  const seen = new Set<string>();
  for (const layer of [...stacks.edges.flatMap(({ layers }) => layers), ...stacks.autoscalers]) {
    const name = nameOf(layer);
    if (seen.has(name)) complaints.at([...layer.path, 'name'], `another layer is called \`${name}\` already`);
    seen.add(name);
  }
  for (const design of Object.keys(file.designs)) {
    if (RESERVED_NAMES.includes(design)) {
      complaints.at(['designs', design], `\`${design}\` is a reserved name (${RESERVED_NAMES.join(', ')})`, {
        key: true,
      });
    }
  }
}

function readDesigns(
  file: ScenarioFile,
  stacks: WrittenDesign,
  registry: Registry,
  complaints: Complaints,
): DesignSpec[] {
  const designs = [readDesign(LAYERED, file.about, stacks, undefined, stacks, registry, complaints, [])];
  // Complaints of the stack itself come once, not again for every design that shares it.
  if (complaints.problems.length > 0) return designs;
  for (const [name, change] of Object.entries(file.designs)) {
    const path: Path = ['designs', name];
    const written = changeDesign(stacks, change, path, complaints);
    designs.push(readDesign(name, change.about ?? '', written, change, stacks, registry, complaints, path));
  }
  return designs;
}

/** A disturbance of a layer that no design has is a slip of the pen. */
function checkTelemetry(file: ScenarioFile, stacks: WrittenDesign, complaints: Complaints): void {
  const added = Object.values(file.designs).flatMap(({ add }) => (add ?? []).map(({ layer }) => String(layer['name'])));
  const names = [
    ...stacks.edges.flatMap(({ layers }) => layers.map(nameOf)),
    ...stacks.autoscalers.map(nameOf),
    ...added,
  ];
  file.world.faults.forEach(({ telemetry }, i) => {
    if (telemetry !== undefined && !names.includes(telemetry.layer)) {
      complaints.unknown(['world', 'faults', i, 'telemetry', 'layer'], 'layer', telemetry.layer, names);
    }
  });
}

function readExpectations(file: ScenarioFile, designs: readonly DesignSpec[], complaints: Complaints): Expectation[] {
  const names = designs.map(({ name }) => name);
  const expectations: Expectation[] = [];
  file.expect.forEach(({ design, against, that, each }, i) => {
    const path = ['expect', i];
    const read = parseExpectation(that);
    if (typeof read === 'string') complaints.at([...path, 'that'], read);
    if (design !== undefined && !names.includes(design))
      complaints.unknown([...path, 'design'], 'design', design, names);
    const references = [BARE, ORACLE, ...names];
    if (against !== undefined && !references.includes(against)) {
      complaints.unknown([...path, 'against'], 'design', against, references);
    }
    if (typeof read === 'string') return;
    expectations.push({
      ...read,
      that,
      design: design ?? LAYERED,
      against: against ?? BARE,
      eachSeed: each === 'seed',
    });
  });
  return expectations;
}
