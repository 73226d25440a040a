import type { LayerSpec } from '../../controllers/kind.ts';
import type { Baseline } from '../baseline.ts';
import { UNITS } from '../edits.ts';
import { around } from './around.ts';
import { choose } from './choose.ts';
import { FROM_NOTHING, parametersOf, rangeAround } from './setting-range.ts';
import type { Variation, Varied } from './variation.ts';
import { togetherOrNone } from './world.ts';

export interface SettingOptions {
  /** Of these layers; of all unless given. */
  readonly layers?: readonly string[];
  /** From 1/by to by times each setting's value. */
  readonly by?: number;
}

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
  const own = parametersOf(layer, baseline.registry).flatMap(({ name, meta }) => {
    const path = `${layer.name}.${name}`;
    const value = layer.config[name];
    if (meta.type === 'flag' && typeof value === 'boolean') return [choose(path, [!value]).over(baseline)];
    const range = rangeAround(value, meta, by);
    if (range === undefined) return [];
    const { unit, low, high } = range;
    return [around(path, unit.write(low), unit.write(high), { from: unit.write(range.value) }).over(baseline)];
  });
  const flag = choose(`${layer.name}.propagateCause`, [!layer.propagateCause]).over(baseline);
  if (layer.source !== 'reported') return [...own, flag];
  const lag = Math.max(FROM_NOTHING.duration, layer.metrics.lag * by);
  const age = around(`${layer.name}.metrics.lag`, '0s', UNITS.duration.write(lag), { from: '0s' }).over(baseline);
  return [age, ...own, flag];
}
