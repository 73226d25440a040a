import { LOAD_BALANCER_OF_LAST_RESORT } from '../controllers/load-balancer/index.ts';
import type { LayerSpec } from '../controllers/kind.ts';
import type { Registry } from '../controllers/registry.ts';
import { MOST_LAYERS } from '../world/call.ts';
import { FRESH } from '../signals/metrics.ts';
import { Complaints } from './complaints.ts';
import { isRecord } from './plain-data.ts';
import type { WrittenLayer } from './layers.ts';
import { placeIn, readLayer } from './layers.ts';
import type { Path } from './places.ts';
import type { DesignSpec, EdgeSpec } from './scenario.ts';
import { LAYERED } from './scenario.ts';
import type { DesignFile } from './schema.ts';

/** The stacks as they are written, before any is read. */
export interface WrittenDesign {
  readonly edges: readonly { readonly from: string; readonly to: string; readonly layers: readonly WrittenLayer[] }[];
  readonly autoscalers: readonly WrittenLayer[];
}

export function nameOf(layer: WrittenLayer): string {
  return String(layer.value['name']);
}

function allNames(design: WrittenDesign): string[] {
  return [...design.edges.flatMap(({ layers }) => layers), ...design.autoscalers]
    .filter(({ value }) => typeof value['name'] === 'string')
    .map(nameOf);
}

/** The written stacks, changed as a design says; complaints stand at the design. */
export function changeDesign(
  base: WrittenDesign,
  change: DesignFile,
  path: Path,
  complaints: Complaints,
): WrittenDesign {
  const added = addLayers(base, change, path, complaints);
  const set = applySettings(added, change.set ?? {}, [...path, 'set'], complaints);
  return removeLayers(set, change, path, complaints);
}

function addLayers(base: WrittenDesign, change: DesignFile, path: Path, complaints: Complaints): WrittenDesign {
  let edges = base.edges;
  (change.add ?? []).forEach((addition, i) => {
    const at = [...path, 'add', i];
    const layer: WrittenLayer = { value: addition.layer, path: [...at, 'layer'], setAt: new Map() };
    const neighbour = addition.outside ?? addition.inside;
    if (addition.outside !== undefined && addition.inside !== undefined) {
      complaints.at([...at, 'inside'], '`outside` and `inside` contradict each other: give one of them', { key: true });
      return;
    }
    const name = nameOf(layer);
    if (allNames({ ...base, edges }).includes(name)) {
      complaints.at([...layer.path, 'name'], `another layer is called \`${name}\` already`);
      return;
    }
    const index = edges.findIndex(({ from, to, layers }) =>
      neighbour !== undefined
        ? layers.some((one) => nameOf(one) === neighbour)
        : addition.edge === undefined || (from === addition.edge.from && to === addition.edge.to),
    );
    if (index < 0) {
      if (neighbour !== undefined) {
        complaints.unknown(
          [...at, addition.outside === undefined ? 'inside' : 'outside'],
          'layer',
          neighbour,
          allNames(base),
        );
      } else {
        const { from, to } = addition.edge!;
        complaints.unknown([...at, 'edge'], 'edge', `${from} > ${to}`, edges.map(edgeName));
      }
      return;
    }
    if (neighbour === undefined && addition.edge === undefined && edges.length > 1) {
      complaints.at(at, `\`edge\` is missing: one of ${edges.map(edgeName).join(', ')}`, { key: true });
      return;
    }
    const { layers } = edges[index];
    const place = neighbour === undefined ? layers.length : layers.findIndex((one) => nameOf(one) === neighbour);
    const before = addition.inside === undefined ? place : place + 1;
    const changed = [...layers.slice(0, before), layer, ...layers.slice(before)];
    edges = edges.map((edge, k) => (k === index ? { ...edge, layers: changed } : edge));
  });
  return { ...base, edges };
}

function edgeName({ from, to }: { readonly from: string; readonly to: string }): string {
  return `${from} > ${to}`;
}

/** Applies `breaker.metrics.lag: 0s` and the like. */
export function applySettings(
  base: WrittenDesign,
  settings: Readonly<Record<string, unknown>>,
  path: Path,
  complaints: Complaints,
): WrittenDesign {
  let design = base;
  for (const [setting, value] of Object.entries(settings)) {
    const [name, ...rest] = setting.split('.');
    const at = [...path, setting];
    if (!allNames(design).includes(name)) {
      complaints.unknown(at, 'layer', name, allNames(design), true);
      continue;
    }
    if (rest.length === 0 || rest.includes('')) {
      complaints.at(at, `expected a path such as \`${name}.mode\``, { key: true });
      continue;
    }
    if (setting === `${name}.name`) {
      complaints.at(at, 'a layer keeps its name in every design', { key: true });
      continue;
    }
    const change = (layer: WrittenLayer): WrittenLayer =>
      nameOf(layer) === name
        ? {
            ...layer,
            value: withValue(layer.value, rest, value),
            setAt: new Map([...layer.setAt, [rest.join('.'), at]]),
          }
        : layer;
    design = {
      edges: design.edges.map((edge) => ({ ...edge, layers: edge.layers.map(change) })),
      autoscalers: design.autoscalers.map(change),
    };
  }
  return design;
}

/** A copy of a tree with one value in it replaced. */
export function withValue(
  tree: Readonly<Record<string, unknown>>,
  path: readonly string[],
  value: unknown,
): Record<string, unknown> {
  const [step, ...rest] = path;
  if (rest.length === 0) return { ...tree, [step]: value };
  const below = tree[step];
  return { ...tree, [step]: withValue(isRecord(below) ? below : {}, rest, value) };
}

function removeLayers(base: WrittenDesign, change: DesignFile, path: Path, complaints: Complaints): WrittenDesign {
  const names = allNames(base);
  const check = (list: readonly string[], key: string): void =>
    list.forEach((name, i) => {
      if (!names.includes(name)) complaints.unknown([...path, key, i], 'layer', name, names);
    });
  if (change.only !== undefined && change.without !== undefined) {
    complaints.at([...path, 'without'], '`only` and `without` contradict each other: give one of them', { key: true });
  }
  check(change.only ?? [], 'only');
  check(change.without ?? [], 'without');
  const gone = (layer: WrittenLayer): boolean =>
    change.only === undefined ? (change.without ?? []).includes(nameOf(layer)) : !change.only.includes(nameOf(layer));
  return {
    edges: base.edges.map((edge) => ({ ...edge, layers: removeFrom(edge.layers, gone) })),
    autoscalers: base.autoscalers.filter((layer) => !gone(layer)),
  };
}

/** Leaves layers out; in the place of a balancer that other layers stand inside of comes the random router. */
function removeFrom(layers: readonly WrittenLayer[], gone: (layer: WrittenLayer) => boolean): WrittenLayer[] {
  const left: WrittenLayer[] = [];
  layers.forEach((layer, i) => {
    if (!gone(layer)) {
      left.push(layer);
    } else if (selectsInstance(layer) && layers.slice(i + 1).some((inner) => !gone(inner))) {
      left.push({ ...layer, value: { ...LOAD_BALANCER_OF_LAST_RESORT, name: `${nameOf(layer)}-removed` } });
    }
  });
  return left;
}

/** A balancer that chooses a zone or a region leaves the choice of the instance to another one. */
function selectsInstance({ value }: WrittenLayer): boolean {
  return value['kind'] === 'loadBalancer' && (value['chooses'] ?? 'instance') === 'instance';
}

/** What every design of a scenario has in common. */
export interface DesignAround {
  readonly base: WrittenDesign;
  readonly registry: Registry;
  readonly complaints: Complaints;
  /** By traffic: the clients' own retries, which stand in every design and belong to none. */
  readonly clientRetries: ReadonlyMap<string, LayerSpec>;
  /** Faults that change a layer's settings. */
  readonly changes: readonly SettingsFault[];
}

/** A push or a hotfix as written: what it sets in which layer. */
export interface SettingsFault {
  readonly fault: string;
  readonly layer: string;
  readonly set: Readonly<Record<string, unknown>>;
  readonly path: Path;
}

/** Reads every layer of a written design. */
export function readDesign(
  name: string,
  about: string,
  written: WrittenDesign,
  change: DesignFile | undefined,
  path: Path,
  around: DesignAround,
): DesignSpec {
  const { base, registry, complaints, clientRetries } = around;
  const edges: EdgeSpec[] = written.edges.map(({ from, to, layers }) => ({
    from,
    to,
    layers: readStack(layers, registry, complaints).map((layer) => aged(layer, change?.age)),
  }));
  const autoscalers = written.autoscalers
    .map((layer) => readLayer(layer, 'beside', registry, complaints))
    .filter((layer): layer is LayerSpec => layer !== undefined)
    .map((layer) => aged(layer, change?.age));
  if (name === LAYERED) checkStacks(written, edges, registry, complaints);
  else checkChangedStacks(written, edges, base, registry, complaints, path);
  const left = new Set(allNames(written));
  const without = allNames(base).filter((one) => !left.has(one));
  const settings = change?.set !== undefined || change?.add !== undefined || change?.age !== undefined;
  return {
    name,
    about,
    edges: edges.map((edge) => withClients(edge, clientRetries.get(edge.from))),
    autoscalers,
    without,
    settings,
    pushes: readPushes(written, name === LAYERED ? complaints : new Complaints(''), around),
  };
}

function withClients(edge: EdgeSpec, retries: LayerSpec | undefined): EdgeSpec {
  return retries === undefined ? edge : { ...edge, layers: [retries, ...edge.layers] };
}

/** By fault, what it makes of a layer's settings in this design. */
function readPushes(
  written: WrittenDesign,
  complaints: Complaints,
  { changes, registry }: DesignAround,
): DesignSpec['pushes'] {
  const pushes: Record<string, LayerSpec['config']> = {};
  for (const { fault, layer: name, set, path } of changes) {
    const changed = applySettings(written, prefixed(set, name), [], new Complaints(''));
    const isIt = (layer: WrittenLayer): boolean => nameOf(layer) === name;
    const onPath = changed.edges.flatMap(({ layers }) => layers).find(isIt);
    const layer = onPath ?? changed.autoscalers.find(isIt);
    if (layer === undefined) continue;
    const setAt = new Map([...layer.setAt].map(([at, key]) => [at, Object.hasOwn(set, at) ? [...path, at] : key]));
    const spec = readLayer({ ...layer, setAt }, onPath === undefined ? 'beside' : 'path', registry, complaints);
    if (spec !== undefined) pushes[fault] = spec.config;
  }
  return pushes;
}

function prefixed(set: Readonly<Record<string, unknown>>, layer: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(set).map(([at, value]) => [`${layer}.${at}`, value]));
}

function readStack(layers: readonly WrittenLayer[], registry: Registry, complaints: Complaints): LayerSpec[] {
  return layers
    .map((layer) => readLayer(layer, 'path', registry, complaints))
    .filter((layer): layer is LayerSpec => layer !== undefined);
}

/** Every reported metric with this lag and nothing else. */
function aged(layer: LayerSpec, age: number | undefined): LayerSpec {
  if (age === undefined) return layer;
  const { maxAge, onStale } = layer.metrics;
  return { ...layer, metrics: { ...FRESH, lag: age, maxAge, onStale } };
}

/** What is wrong with a stack as a whole, and the layer that it is seen at. */
interface StackFault {
  readonly layer: WrittenLayer | undefined;
  readonly edge: number;
  /** Path inside the layer. */
  readonly at: Path;
  readonly message: string;
}

function checkStacks(
  written: WrittenDesign,
  edges: readonly EdgeSpec[],
  registry: Registry,
  complaints: Complaints,
): void {
  for (const { layer, edge, at, message } of stackFaults(written, edges, registry)) {
    complaints.at(layer === undefined ? ['edges', edge] : placeIn(layer, at), message);
  }
}

/** Complains of what a design has made wrong, at the design; what its base has wrong has been said already. */
function checkChangedStacks(
  written: WrittenDesign,
  edges: readonly EdgeSpec[],
  base: WrittenDesign,
  registry: Registry,
  complaints: Complaints,
  path: Path,
): void {
  const faults = stackFaults(written, edges, registry);
  if (faults.length === 0) return;
  const baseEdges = base.edges.map((edge) => ({
    ...edge,
    layers: readStack(edge.layers, registry, new Complaints('')),
  }));
  const known = new Set(stackFaults(base, baseEdges, registry).map(({ edge }) => edge));
  for (const { layer, edge, at, message } of faults) {
    if (known.has(edge) || base.edges[edge].layers.some(({ isBroken }) => isBroken)) continue;
    const place = layer === undefined ? path : placeIn(layer, at);
    const isOfDesign = layer !== undefined && path.every((step, i) => place[i] === step);
    if (isOfDesign) complaints.at(place, message);
    else complaints.at(path, layer === undefined ? message : `\`${nameOf(layer)}\`: ${message}`, { key: true });
  }
}

function stackFaults(written: WrittenDesign, edges: readonly EdgeSpec[], registry: Registry): StackFault[] {
  const faults: StackFault[] = [];
  edges.forEach(({ layers, from, to }, edge) => {
    const writtenLayers = written.edges[edge].layers;
    // Where one layer cannot be read, nothing is known of what stands inside of it.
    if (layers.length !== writtenLayers.length) return;
    if (layers.length > MOST_LAYERS) {
      const message = `${layers.length} layers on ${from} > ${to}; at most ${MOST_LAYERS}`;
      faults.push({ layer: undefined, edge, at: [], message });
    }
    let balancer: LayerSpec | undefined;
    layers.forEach((spec, i) => {
      const layer = writtenLayers[i];
      const kind = registry.kinds.get(spec.kind)!;
      const complaint = kind.check?.(spec, { insideBalancer: balancer !== undefined });
      if (complaint !== undefined) faults.push({ layer, edge, at: [complaint.parameter], message: complaint.message });
      if (kind.place !== 'path' || !kind.selects(spec)) return;
      if (balancer !== undefined) {
        const message = `two balancers on one edge: \`${balancer.name}\` has chosen the instance already`;
        faults.push({ layer, edge, at: [], message });
      }
      balancer = spec;
    });
  });
  return faults;
}
