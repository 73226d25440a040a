import type { z } from 'zod';
import type { LayerSpec } from '../../controllers/kind.ts';
import { parameterMeta } from '../../controllers/parameters.ts';
import type { ParameterMeta } from '../../controllers/parameters.ts';
import type { Baseline } from '../baseline.ts';
import { UNITS } from '../edits.ts';
import type { Unit } from '../edits.ts';
import { around } from './around.ts';
import { choose } from './choose.ts';
import type { Variation, Varied } from './variation.ts';
import { togetherOrNone } from './world.ts';

export interface SettingOptions {
  /** Of these layers; of all unless given. */
  readonly layers?: readonly string[];
  /** From 1/by to by times each setting's value. */
  readonly by?: number;
}

/** A setting that is 0 or unset is tried up to this. */
const FROM_NOTHING = { duration: 10e9, share: 0.5, integer: 5 } as const;

/**
 * Every quantity and flag of the layers, within what their schemas allow: lags, windows, thresholds, rates, tries … It
 * shrinks to the few that matter.
 */
export function anySetting({ layers, by = 4 }: SettingOptions = {}): Variation {
  return {
    over: (baseline) => {
      const named = layers?.map((name) => baseline.layer(name, 'anySetting')) ?? baseline.layers;
      const parts = named.flatMap((layer) => settingsOf(layer, baseline, by));
      return togetherOrNone(parts, 'anySetting: no layer has a setting to vary');
    },
  };
}

function settingsOf(layer: LayerSpec, baseline: Baseline, by: number): Varied[] {
  const kind = baseline.registry.kinds.get(layer.kind);
  const policy = baseline.registry.policy(layer.kind, layer.policy);
  const parameters: z.ZodRawShape = { ...kind?.parameters, ...policy?.parameters };
  const own = Object.entries(parameters).flatMap(([name, schema]) => {
    const meta = parameterMeta(schema as z.ZodType);
    return meta === undefined ? [] : rangeOf(`${layer.name}.${name}`, layer.config[name], meta, baseline, by);
  });
  const flag = choose(`${layer.name}.propagateCause`, [!layer.propagateCause]).over(baseline);
  if (layer.source !== 'reported') return [...own, flag];
  const lag = Math.max(FROM_NOTHING.duration, layer.metrics.lag * by);
  const age = around(`${layer.name}.metrics.lag`, '0s', UNITS.duration.write(lag), { from: '0s' }).over(baseline);
  return [age, ...own, flag];
}

/** The range of one parameter around its value. */
function rangeOf(path: string, value: unknown, meta: ParameterMeta, baseline: Baseline, by: number): Varied[] {
  if (meta.type === 'flag' && typeof value === 'boolean') return [choose(path, [!value]).over(baseline)];
  const unit = UNIT_OF_TYPE[meta.type];
  if (unit === undefined || typeof value !== 'number' || !Number.isFinite(value)) return [];
  const nothing = meta.type in FROM_NOTHING ? FROM_NOTHING[meta.type as keyof typeof FROM_NOTHING] : 0;
  const least = limitOf(unit, meta.min) ?? (meta.type === 'number' ? value / by : 0);
  const most = limitOf(unit, meta.max) ?? Infinity;
  const whole = (end: number): number => (meta.type === 'integer' ? Math.floor(end) : end);
  const low = Math.max(least, whole(value / by));
  const high = Math.min(most, value === 0 ? nothing : whole(value * by));
  if (!(high > low)) return [];
  return [around(path, unit.write(low), unit.write(high), { from: unit.write(value) }).over(baseline)];
}

function limitOf(unit: Unit, written: string | number | undefined): number | undefined {
  return written === undefined ? undefined : unit.read(written);
}

const UNIT_OF_TYPE: Partial<Record<ParameterMeta['type'], Unit>> = {
  ...UNITS,
  integer: UNITS.number,
};
