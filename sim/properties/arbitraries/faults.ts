import fc from 'fast-check';
import type { LayerSpec } from '../../controllers/kind.ts';
import type { Registry } from '../../controllers/registry.ts';
import type { Baseline } from '../baseline.ts';
import type { Edits } from '../edits.ts';
import type { ServiceSpec, WorldSpec } from '../../world/spec.ts';
import { nearest } from '../../units/nearest.ts';
import { PropertyTestError } from '../property-test-error.ts';
import type { Span } from './moments.ts';
import { gridOf, momentAt, stretchOf } from './moments.ts';
import { parametersOf, rangeAround } from './setting-range.ts';
import type { Variation, Varied } from './variation.ts';
import { fixed } from './variation.ts';

/** Faults that can be generated, the plainest first. */
export const FAULT_KINDS = [
  'slow',
  'errors',
  'crash',
  'capacity',
  'freeze',
  'gray',
  'wrong',
  'dependency',
  'telemetry',
  'layerReset',
  'layerDown',
  'layerSaturated',
  'push',
  'hotfix',
  'networkDelay',
  'partition',
  'zoneLoss',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface FaultOptions {
  /** Which kinds; all unless given. */
  readonly kinds?: readonly FaultKind[];
  /** The service that is struck; any unless given. */
  readonly service?: string;
  /** When, and for how long. Two values: anything between them. */
  readonly at?: Span;
  readonly for?: Span;
}

/** Severities of a fault, from barely there to as bad as can be. */
const WORST = 20;

/** What a fault does, at a severity from 1 to `WORST` and to a number of instances. */
interface Act {
  readonly kind: FaultKind;
  readonly most: number;
  acts(severity: number, instances: readonly number[]): Readonly<Record<string, unknown>>;
}

/**
 * One fault of any kind that the world and the design can suffer, anywhere and at any time. It shrinks towards fewer
 * instances, less severe, shorter, earlier, and at last towards none.
 */
export function anyFault(options: FaultOptions = {}): Variation {
  return { over: (baseline) => faultsOver(baseline, options) };
}

function faultsOver(baseline: Baseline, options: FaultOptions): Varied {
  const { world } = baseline.scenario;
  const kinds = actsByKind(baseline, options);
  const { from, until, length } = stretchOf(world);
  const at = gridOf(options.at, [from, until], 'anyFault, at');
  const lasting = gridOf(options.for, [1e9, Math.max(1e9, Math.floor(length / 4 / 1e9) * 1e9)], 'anyFault, for');
  const name = newNameIn(world, 'fault');
  const editsOf = (act: Act, spread: number, severity: number, when: number, long: number): Edits => {
    const struck = Array.from({ length: 1 + (spread % act.most) }, (_, i) => i);
    const timing = { at: momentAt(at, when), for: momentAt(lasting, long) };
    return { [`world.faults.${name}`]: { ...timing, ...act.acts(severity, struck) } };
  };
  const worstOf = (act: Act): Edits => editsOf(act, act.most - 1, WORST, at.count, lasting.count);
  const readable = kinds
    // What a setting may be can depend on others: a push of what cannot be is none.
    .map((acts) => acts.filter((act) => !isOfSettings(act.kind) || baseline.reads(worstOf(act))))
    .filter((acts) => acts.length > 0);
  if (readable.length === 0) throw new PropertyTestError('anyFault: there is nothing that could go wrong so');
  const mostActs = Math.max(...readable.map((acts) => acts.length));
  const mostStruck = Math.max(...readable.flat().map((act) => act.most));
  return fixed(
    fc
      .tuple(
        fc.nat({ max: readable.length - 1 }),
        fc.nat({ max: mostActs - 1 }),
        fc.nat({ max: mostStruck - 1 }),
        fc.integer({ min: 1, max: WORST }),
        fc.nat({ max: at.count }),
        fc.nat({ max: lasting.count }),
      )
      .map(([kind, which, spread, severity, when, long]) => {
        const acts = readable[kind];
        return editsOf(acts[which % acts.length], spread, severity, when, long);
      }),
    readable.flatMap((acts) => acts.filter(({ kind }) => !isOfSettings(kind)).map(worstOf)),
  );
}

/** Everything that can go wrong in this world: a list for each kind, so that all kinds are as likely. */
function actsByKind(baseline: Baseline, { kinds = FAULT_KINDS, service }: FaultOptions): Act[][] {
  const unknown = kinds.find((kind) => !FAULT_KINDS.includes(kind));
  if (unknown !== undefined) throw new PropertyTestError(`anyFault: ${unknownOf('kind', unknown, FAULT_KINDS)}`);
  const { services } = baseline.scenario.world;
  const names = services.map(({ name }) => name);
  if (service !== undefined && !names.includes(service)) {
    throw new PropertyTestError(`anyFault: ${unknownOf('service', service, names)}`);
  }
  const struck = services.filter(({ name }) => service === undefined || name === service);
  return kinds.map((kind): Act[] => {
    if (isOfLayers(kind)) return actsOnLayers(kind, baseline.layers);
    if (isOfSettings(kind)) return baseline.layers.flatMap((layer) => changesOf(kind, layer, baseline.registry));
    if (isOfZones(kind)) return actsOnZones(kind, baseline.scenario.world);
    return struck.map((one) => actOn(kind, one));
  });
}

function unknownOf(what: string, wrong: string, valid: readonly string[]): string {
  const near = nearest(wrong, valid);
  return `there is no ${what} \`${wrong}\`; ${near === undefined ? `there are ${valid.join(', ')}` : `did you mean \`${near}\`?`}`;
}

type LayerFault = 'telemetry' | 'layerReset' | 'layerDown' | 'layerSaturated';
type SettingFault = 'push' | 'hotfix';
type ZoneFault = 'networkDelay' | 'partition' | 'zoneLoss';

function isOfLayers(kind: FaultKind): kind is LayerFault {
  return kind === 'telemetry' || kind.startsWith('layer');
}

function isOfSettings(kind: FaultKind): kind is SettingFault {
  return kind === 'push' || kind === 'hotfix';
}

function isOfZones(kind: FaultKind): kind is ZoneFault {
  return kind === 'networkDelay' || kind === 'partition' || kind === 'zoneLoss';
}

function actsOnLayers(kind: LayerFault, layers: readonly LayerSpec[]): Act[] {
  const struck = layers.filter(({ source }) => kind !== 'telemetry' || source === 'reported');
  return struck.map(({ name: layer }) => ({
    kind,
    most: 1,
    acts: (severity) => {
      switch (kind) {
        case 'telemetry':
          return { telemetry: { layer, effect: 'slow', lag: `${severity}s` } };
        case 'layerSaturated':
          return { layerSaturated: { layer, refuse: `${(100 * severity) / WORST}%` } };
        case 'layerReset':
        case 'layerDown':
          return { [kind]: { layer } };
      }
    },
  }));
}

/** How far a wrong push may be off: a quarter of what a setting should be, or four times as much. */
const OFF_BY = 4;

/** Each quantity of a layer set too low or too high, by somebody's hand or in a push: the more, the more severe. */
function changesOf(kind: SettingFault, layer: LayerSpec, registry: Registry): Act[] {
  // An autoscaler runs on with what it was declared.
  if (layer.kind === 'autoscaler') return [];
  return parametersOf(layer, registry).flatMap(({ name, meta }) => {
    const range = rangeAround(layer.config[name], meta, OFF_BY);
    if (range === undefined) return [];
    const { unit, value } = range;
    const whole = meta.type === 'integer';
    return [range.low, range.high]
      .filter((end) => end !== value)
      .map((end): Act => ({
        kind,
        most: 1,
        acts: (severity) => {
          const wrong = value + ((end - value) * severity) / WORST;
          const set = { [name]: unit.write(whole ? awayFrom(value, wrong) : wrong) };
          return { [kind]: { layer: layer.name, set } };
        },
      }));
  });
}

/** A whole number beyond `wrong`, so that it is never `value` itself. */
function awayFrom(value: number, wrong: number): number {
  return wrong > value ? -Math.floor(-wrong) : Math.floor(wrong);
}

function actsOnZones(kind: ZoneFault, { network }: WorldSpec): Act[] {
  const zones = network?.zones ?? [];
  if (kind === 'zoneLoss') return zones.map((zone) => ({ kind, most: 1, acts: () => ({ zoneLoss: { zone } }) }));
  const pairs = zones.flatMap((one, i) => zones.slice(i + 1).map((other) => [one, other]));
  return pairs.map((between) => ({
    kind,
    most: 1,
    acts: (severity) =>
      kind === 'partition' ? { partition: { between } } : { networkDelay: { between, factor: 1 + severity } },
  }));
}

function actOn(kind: Exclude<FaultKind, LayerFault | SettingFault | ZoneFault>, { name, instances }: ServiceSpec): Act {
  const most = kind === 'dependency' ? 1 : instances.max;
  const acts = (severity: number, struck: readonly number[]): Readonly<Record<string, unknown>> => {
    const where = { service: name, instances: struck };
    const share = `${(100 * severity) / WORST}%`;
    switch (kind) {
      case 'slow':
        return { slow: { ...where, factor: 1 + severity } };
      case 'errors':
        return { errors: { ...where, rate: share } };
      case 'wrong':
        return { wrong: { ...where, rate: share } };
      case 'capacity':
        return { capacity: { ...where, share: `${100 - (100 * severity) / WORST}%` } };
      case 'gray':
        return { gray: { ...where, callers: share } };
      case 'dependency':
        return { dependency: { service: name, factor: 1 + severity / 2 } };
      case 'crash':
        return { crash: where };
      case 'freeze':
        return { freeze: where };
    }
  };
  return { kind, most, acts };
}

/** A name that no fault of the world has. */
export function newNameIn({ faults }: WorldSpec, wanted: string): string {
  const taken = new Set(faults.map(({ name }) => name));
  let name = wanted;
  for (let i = 2; taken.has(name); i++) name = `${wanted}-${i}`;
  return name;
}
