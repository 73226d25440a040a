import type { ControllerKind, LayerSpec } from '../controllers/kind.ts';
import type { Registry } from '../controllers/registry.ts';
import { MAX_TIME } from '../kernel/time.ts';
import { formatDuration } from '../units/duration.ts';
import { nearest } from '../units/nearest.ts';
import type { WorldSpec } from '../world/spec.ts';
import { callsOf } from './call-graph.ts';
import { Complaints } from './complaints.ts';
import type { SettingsFault, WrittenDesign } from './designs.ts';
import { applySettings, changeDesign, nameOf, readDesign } from './designs.ts';
import { readDocument } from './document.ts';
import { settingsAndOff, switchOff, takeEdits } from './edits.ts';
import type { PlacedDocument } from './document.ts';
import { parseExpectation } from './expectation.ts';
import type { Expectation } from './expectation.ts';
import type { ReadBase } from './extend.ts';
import { withBases } from './extend.ts';
import { figureNames } from './figure-names.ts';
import { readLayer } from './layers.ts';
import type { WrittenLayer } from './layers.ts';
import type { Entry, Outline } from './outline.ts';
import { keyOf, outlineOf, readEntries, readEntry, textOf } from './outline.ts';
import type { Path } from './places.ts';
import { describeValue, isRecord, valueAt } from './plain-data.ts';
import type { DesignSpec, Scenario } from './scenario.ts';
import { BARE, LAYERED, layerNames, ORACLE, RESERVED_NAMES } from './scenario.ts';
import type { ScenarioFrame } from './schema.ts';
import { ENTRY_SCHEMAS, FAULT_ACTS, frameSchema } from './schema.ts';
import { COMMAND_LINE, withSettings } from './settings.ts';
import type { ReadData } from './traffic.ts';
import { checkReferences, readWorld } from './world.ts';

/** How a scenario is read beyond its own text. */
export interface ReadOptions {
  /** Kinds and policies that it may name. */
  readonly registry: Registry;
  /** Reads the text of the file that `extends` names, as seen from `from`. Returns its text and the name it goes by. */
  readonly readBase?: ReadBase;
  /** Reads the text of a data file that the scenario names, such as recorded arrivals. */
  readonly readData?: ReadData;
  /** `path=value` settings over the file: of layers, or of the file itself (`duration`, `world.services.x.concurrency`). */
  readonly set?: Readonly<Record<string, unknown>>;
}

/** Reads, completes and checks a scenario. Throws `ScenarioError` with everything that is wrong. */
export function readScenario(text: string, file: string, options: ReadOptions): Scenario {
  const { document: own, edits, placeOf } = takeEdits(readDocument(text, file));
  const { settings, off } = settingsAndOff({ ...edits, ...options.set });
  const written = withBases(own, options.readBase);
  const { document, layerSettings } = withSettings(written, settings, (setting) =>
    options.set !== undefined && Object.hasOwn(options.set, setting) ? COMMAND_LINE : placeOf(setting),
  );
  return switchOff(checkScenario(document, layerSettings, options), off, options.registry, placeOf);
}

/** A module that a scenario needs, and the file that says so. */
export interface PluginReference {
  readonly module: string;
  readonly from: string;
}

/** The modules that a scenario needs before it can be checked. */
export function readPlugins(text: string, file: string, readBase?: ReadBase): PluginReference[] {
  const { value, places } = withBases(takeEdits(readDocument(text, file)).document, readBase);
  const plugins = valueAt(value, ['plugins']);
  if (!Array.isArray(plugins)) return [];
  return (plugins as unknown[]).flatMap((module, i) =>
    typeof module === 'string' ? [{ module, from: places.find(['plugins', i])?.file ?? file }] : [],
  );
}

function checkScenario(
  { value, file, places, problems }: PlacedDocument,
  layerSettings: Readonly<Record<string, unknown>>,
  { registry, readData }: ReadOptions,
): Scenario {
  const complaints = new Complaints(file, places);
  complaints.addAll(problems);
  if (!isRecord(value)) {
    complaints.at([], 'expected a map with `name`, `duration`, `world` …', { found: describeValue(value) });
    complaints.throwAny();
  }
  const outline = outlineOf(value);
  const frame = readEntry({ path: [], value }, frameSchema, complaints);
  checkReferences(outline, complaints);
  const read = readWorld(frame, outline, complaints, readData);
  if (frame !== undefined && read !== undefined) checkClock(frame, read.world, complaints);
  const stacks = applySettings(writtenStacks(outline, complaints), layerSettings, [], complaints);
  const designs = readDesigns(frame, outline, stacks, registry, complaints);
  checkLayerFaults(outline, stacks, complaints);
  checkCosts(frame, outline, stacks, complaints);
  const expect = readExpectations(outline, complaints);
  complaints.throwAny();
  checkFigures(outline, expect, read!.world, designs, registry, complaints);
  complaints.throwAny();
  return {
    name: frame!.name,
    about: frame!.about.trim(),
    file,
    seed: String(frame!.seed),
    replications: frame!.replications,
    plugins: frame!.plugins,
    world: read!.world,
    designs,
    expect,
    ...(frame!.costs === undefined ? {} : { costs: frame!.costs }),
    notes: read!.notes,
  };
}

function checkClock(frame: ScenarioFrame, world: WorldSpec, complaints: Complaints): void {
  const end = world.duration + world.drain;
  if (end > MAX_TIME) {
    const most = formatDuration(Math.floor(MAX_TIME / 864e11) * 864e11);
    const at = frame.drain === undefined ? 'duration' : 'drain';
    complaints.at([at], `the run must end within the clock's range of ${most}`, {
      found: `${formatDuration(world.duration)} and a drain of ${formatDuration(world.drain)}`,
    });
  }
  if (world.warmup >= world.duration) {
    complaints.at(['warmup'], `nothing is left to measure: it must be shorter than \`duration\``, {
      found: `${formatDuration(world.warmup)} of ${formatDuration(world.duration)}`,
    });
  }
}

/** Stacks as written, with an empty one for each call whose edge the file does not mention. */
export function writtenStacks(outline: Outline, complaints: Complaints): WrittenDesign {
  const edges = outline.edges.map((entry) => {
    readEntry(entry, ENTRY_SCHEMAS.edge, complaints);
    const layers = valueAt(entry.value, ['layers']);
    const path = [...entry.path, 'layers'];
    return {
      from: textOf(entry, 'from') ?? '',
      to: textOf(entry, 'to') ?? '',
      layers: Array.isArray(layers)
        ? writtenLayers(layers.map((value: unknown, l) => ({ path: [...path, l], value })))
        : [],
    };
  });
  for (const source of outline.traffic) {
    const from = textOf(source, 'name');
    const to = textOf(source, 'to');
    if (from === undefined || to === undefined) continue;
    if (!edges.some((edge) => edge.from === from && edge.to === to)) edges.push({ from, to, layers: [] });
  }
  for (const service of outline.services) {
    const from = keyOf(service);
    for (const { to } of callsOf(service)) {
      if (!edges.some((edge) => edge.from === from && edge.to === to)) edges.push({ from, to, layers: [] });
    }
  }
  for (const entry of outline.autoscalers) readEntry(entry, ENTRY_SCHEMAS.autoscaler, complaints);
  return { edges, autoscalers: writtenLayers(outline.autoscalers) };
}

function writtenLayers(entries: readonly Entry[]): WrittenLayer[] {
  return entries.flatMap(({ path, value }) => (isRecord(value) ? [{ value, path, setAt: new Map() }] : []));
}

/** `layered`, the stack as written, and then the designs of the file. */
function readDesigns(
  frame: ScenarioFrame | undefined,
  outline: Outline,
  stacks: WrittenDesign,
  registry: Registry,
  complaints: Complaints,
): DesignSpec[] {
  checkNames(outline, stacks, complaints);
  const about = frame?.about ?? '';
  const base = markBroken(stacks, registry);
  const clientRetries = readClientRetries(outline, registry, complaints);
  const around = { base, registry, complaints, clientRetries, changes: settingsFaults(outline) };
  const designs = [readDesign(LAYERED, about, stacks, undefined, [], { ...around, base: stacks })];
  for (const { entry, file } of readEntries(outline.designs, ENTRY_SCHEMAS.design, complaints)) {
    const written = changeDesign(base, file, entry.path, complaints);
    const name = keyOf(entry);
    designs.push(readDesign(name, file.about ?? '', written, file, entry.path, around));
  }
  return designs;
}

/** Clients that retry by themselves: a retry layer of the world, outermost in every design and in `bare`. */
function readClientRetries(outline: Outline, registry: Registry, complaints: Complaints): Map<string, LayerSpec> {
  const retries = new Map<string, LayerSpec>();
  for (const entry of outline.traffic) {
    const name = textOf(entry, 'name');
    const written = valueAt(entry.value, ['retries']);
    if (name === undefined || !isRecord(written)) continue;
    const value = { ...written, name: `${name}-client`, kind: 'retry' };
    const layer: WrittenLayer = { value, path: [...entry.path, 'retries'], setAt: new Map() };
    const spec = readLayer(layer, 'path', registry, complaints);
    if (spec !== undefined) retries.set(name, { ...spec, ofClients: true });
  }
  return retries;
}

/** The faults that change settings, with the names that they go by. */
function settingsFaults(outline: Outline): SettingsFault[] {
  return outline.faults.flatMap((entry, i) =>
    (['push', 'hotfix'] as const).flatMap((act) => {
      const layer = textOf(entry, act, 'layer');
      const set = valueAt(entry.value, [act, 'set']);
      if (layer === undefined || !isRecord(set)) return [];
      return [{ fault: textOf(entry, 'name') ?? `fault-${i}`, layer, set, path: [...entry.path, act, 'set'] }];
    }),
  );
}

/** Marks the layers that cannot be read as they stand, so that no design complains of them again. */
function markBroken(stacks: WrittenDesign, registry: Registry): WrittenDesign {
  const mark = (layer: WrittenLayer, place: ControllerKind['place']): WrittenLayer => {
    const scratch = new Complaints('');
    readLayer(layer, place, registry, scratch);
    return scratch.count === 0 ? layer : { ...layer, isBroken: true };
  };
  return {
    edges: stacks.edges.map((edge) => ({ ...edge, layers: edge.layers.map((layer) => mark(layer, 'path')) })),
    autoscalers: stacks.autoscalers.map((layer) => mark(layer, 'beside')),
  };
}

/** Names are unique over all edges: figures, settings and draws go by them. */
function checkNames(outline: Outline, stacks: WrittenDesign, complaints: Complaints): void {
  const first = new Map<string, Path>();
  for (const { value, path } of [...stacks.edges.flatMap(({ layers }) => layers), ...stacks.autoscalers]) {
    const name = value['name'];
    if (typeof name !== 'string') continue;
    if (first.has(name)) complaints.at([...path, 'name'], `another layer is called \`${name}\` already`);
    else first.set(name, path);
  }
  for (const entry of outline.designs) {
    const name = keyOf(entry);
    if (!RESERVED_NAMES.includes(name)) continue;
    const message = `\`${name}\` is a reserved name (${RESERVED_NAMES.join(', ')})`;
    complaints.at(entry.path, message, { key: true });
  }
}

/** A disturbance of a layer that no design has is a slip of the pen. */
function checkLayerFaults(outline: Outline, stacks: WrittenDesign, complaints: Complaints): void {
  const names = namesOf(outline, stacks);
  for (const entry of outline.faults) {
    for (const act of FAULT_ACTS) {
      const layer = textOf(entry, act, 'layer');
      if (layer !== undefined && !names.includes(layer)) {
        complaints.unknown([...entry.path, act, 'layer'], 'layer', layer, names);
      }
    }
  }
}

/** Figures that are counted request by request. */
const PER_REQUEST: readonly string[] = ['killed', 'saved'];

/** Names of the layers of all designs. */
function namesOf(outline: Outline, stacks: WrittenDesign): string[] {
  const added = outline.designs.flatMap(({ value }) => {
    const add = valueAt(value, ['add']);
    return Array.isArray(add) ? add.map((addition: unknown) => String(valueAt(addition, ['layer', 'name']))) : [];
  });
  return [...[...stacks.edges.flatMap(({ layers }) => layers), ...stacks.autoscalers].map(nameOf), ...added];
}

/** Costs of a layer that no design has are a slip of the pen. */
function checkCosts(
  frame: ScenarioFrame | undefined,
  outline: Outline,
  stacks: WrittenDesign,
  complaints: Complaints,
): void {
  const names = namesOf(outline, stacks);
  for (const name of Object.keys(frame?.costs?.layers ?? {})) {
    if (!names.includes(name)) complaints.unknown(['costs', 'layers', name], 'layer', name, names, true);
  }
}

function readExpectations(outline: Outline, complaints: Complaints): Expectation[] {
  const names = [LAYERED, ...outline.designs.map(keyOf)];
  const references = [BARE, ORACLE, ...names];
  const isClosed = outline.traffic.some(({ value }) => valueAt(value, ['arrivals', 'closed']) !== undefined);
  return readEntries(outline.expectations, ENTRY_SCHEMAS.expectation, complaints).flatMap(({ entry, file }) => {
    const { design, against, that, each } = file;
    if (design !== undefined && !names.includes(design)) {
      complaints.unknown([...entry.path, 'design'], 'design', design, names);
    }
    if (against !== undefined && !references.includes(against)) {
      complaints.unknown([...entry.path, 'against'], 'design', against, references);
    }
    const read = parseExpectation(that);
    if (typeof read === 'string') {
      complaints.at([...entry.path, 'that'], read, { found: describeValue(that) });
      return [];
    }
    if (isClosed && against !== undefined && against !== BARE && PER_REQUEST.includes(read.path[0])) {
      const message = 'in a closed loop every design has arrivals of its own: requests are compared with `bare` only';
      complaints.at([...entry.path, 'against'], message);
    }
    const eachSeed = each === 'seed';
    return [{ ...read, that, design: design ?? LAYERED, against: against ?? BARE, eachSeed }];
  });
}

/** An expectation of a figure that no run has would never fail, or never hold. */
function checkFigures(
  outline: Outline,
  expect: readonly Expectation[],
  world: WorldSpec,
  designs: readonly DesignSpec[],
  registry: Registry,
  complaints: Complaints,
): void {
  const layers = [...new Set(designs.flatMap(layerNames))];
  const known = new Map<string, Set<string>>();
  expect.forEach(({ design: name, path }, i) => {
    const design = designs.find((one) => one.name === name)!;
    const names = known.get(name) ?? figureNames(world, design, layers, registry);
    known.set(name, names);
    const figure = path.join('.');
    if (names.has(figure)) return;
    const hint = nearest(figure, names);
    const of = designs.length > 1 ? ` of design \`${name}\`` : '';
    complaints.at([...outline.expectations[i].path, 'that'], `unknown figure \`${figure}\`${of}`, { hint });
  });
}
