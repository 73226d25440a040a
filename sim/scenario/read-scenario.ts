import type { ControllerKind } from '../controllers/kind.ts';
import type { Registry } from '../controllers/registry.ts';
import { MAX_TIME } from '../kernel/time.ts';
import { formatDuration } from '../units/duration.ts';
import type { WorldSpec } from '../world/spec.ts';
import { Complaints } from './complaints.ts';
import type { WrittenDesign } from './designs.ts';
import { applySettings, changeDesign, nameOf, readDesign } from './designs.ts';
import { readDocument } from './document.ts';
import { settingsAndOff, switchOff, takeEdits } from './edits.ts';
import type { PlacedDocument } from './document.ts';
import { parseExpectation } from './expectation.ts';
import type { Expectation } from './expectation.ts';
import type { ReadBase } from './extend.ts';
import { withBases } from './extend.ts';
import { readLayer } from './layers.ts';
import type { WrittenLayer } from './layers.ts';
import type { Entry, Outline } from './outline.ts';
import { keyOf, outlineOf, readEntries, readEntry, textOf } from './outline.ts';
import type { Path } from './places.ts';
import { describeValue, isRecord, valueAt } from './plain-data.ts';
import type { DesignSpec, Scenario } from './scenario.ts';
import { BARE, LAYERED, ORACLE, RESERVED_NAMES } from './scenario.ts';
import type { ScenarioFrame } from './schema.ts';
import { ENTRY_SCHEMAS, frameSchema } from './schema.ts';
import { COMMAND_LINE, withSettings } from './settings.ts';
import { checkReferences, readWorld } from './world.ts';

/** How a scenario is read beyond its own text. */
export interface ReadOptions {
  /** Kinds and policies that it may name. */
  readonly registry: Registry;
  /** Reads the text of the file that `extends` names, as seen from `from`. Returns its text and the name it goes by. */
  readonly readBase?: ReadBase;
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
  return switchOff(checkScenario(document, layerSettings, options.registry), off, options.registry, placeOf);
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
  registry: Registry,
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
  const read = readWorld(frame, outline, complaints);
  if (frame !== undefined && read !== undefined) checkClock(frame, read.world, complaints);
  const stacks = applySettings(writtenStacks(outline, complaints), layerSettings, [], complaints);
  const designs = readDesigns(frame, outline, stacks, registry, complaints);
  checkTelemetry(outline, stacks, complaints);
  const expect = readExpectations(outline, complaints);
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

/** Stacks as written, with an empty one for each traffic whose edge the file does not mention. */
function writtenStacks(outline: Outline, complaints: Complaints): WrittenDesign {
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
  const designs = [readDesign(LAYERED, about, stacks, undefined, stacks, registry, complaints, [])];
  const base = markBroken(stacks, registry);
  for (const { entry, file } of readEntries(outline.designs, ENTRY_SCHEMAS.design, complaints)) {
    const written = changeDesign(base, file, entry.path, complaints);
    const name = keyOf(entry);
    designs.push(readDesign(name, file.about ?? '', written, file, base, registry, complaints, entry.path));
  }
  return designs;
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
function checkTelemetry(outline: Outline, stacks: WrittenDesign, complaints: Complaints): void {
  const added = outline.designs.flatMap(({ value }) => {
    const add = valueAt(value, ['add']);
    return Array.isArray(add) ? add.map((addition: unknown) => String(valueAt(addition, ['layer', 'name']))) : [];
  });
  const written = [...stacks.edges.flatMap(({ layers }) => layers), ...stacks.autoscalers];
  const names = [...written.map(nameOf), ...added];
  for (const entry of outline.faults) {
    const layer = textOf(entry, 'telemetry', 'layer');
    if (layer !== undefined && !names.includes(layer)) {
      complaints.unknown([...entry.path, 'telemetry', 'layer'], 'layer', layer, names);
    }
  }
}

function readExpectations(outline: Outline, complaints: Complaints): Expectation[] {
  const names = [LAYERED, ...outline.designs.map(keyOf)];
  const references = [BARE, ORACLE, ...names];
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
    const eachSeed = each === 'seed';
    return [{ ...read, that, design: design ?? LAYERED, against: against ?? BARE, eachSeed }];
  });
}
