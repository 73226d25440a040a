import type { z } from 'zod';
import type { LayerSpec } from '../../controllers/kind.ts';
import { parameterMeta } from '../../controllers/parameters.ts';
import type { ParameterMeta } from '../../controllers/parameters.ts';
import type { Registry } from '../../controllers/registry.ts';
import { UNITS } from '../edits.ts';
import type { Unit } from '../edits.ts';

/** A setting that is 0 or unset is tried up to this. */
export const FROM_NOTHING = { duration: 10e9, share: 0.5, integer: 5 } as const;

/** A parameter of a layer, and what its schema says of it. */
export interface Parameter {
  readonly name: string;
  readonly meta: ParameterMeta;
}

/** The parameters of a layer's kind and policy. */
export function parametersOf({ kind, policy }: LayerSpec, registry: Registry): Parameter[] {
  const shape: z.ZodRawShape = {
    ...registry.kinds.get(kind)?.parameters,
    ...registry.policy(kind, policy)?.parameters,
  };
  return Object.entries(shape).flatMap(([name, schema]) => {
    const meta = parameterMeta(schema as z.ZodType);
    return meta === undefined ? [] : [{ name, meta }];
  });
}

/** What a quantity may be instead: between two others, read as plain numbers. */
export interface SettingRange {
  readonly unit: Unit;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** From 1/by to by times a parameter's value, within what its schema allows; undefined where that is nothing. */
export function rangeAround(value: unknown, meta: ParameterMeta, by: number): SettingRange | undefined {
  const unit = UNIT_OF_TYPE[meta.type];
  if (unit === undefined || typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  const nothing = meta.type in FROM_NOTHING ? FROM_NOTHING[meta.type as keyof typeof FROM_NOTHING] : 0;
  const least = limitOf(unit, meta.min) ?? (meta.type === 'number' ? value / by : 0);
  const most = limitOf(unit, meta.max) ?? Infinity;
  const whole = (end: number): number => (meta.type === 'integer' ? Math.floor(end) : end);
  const low = Math.max(least, whole(value / by));
  const high = Math.min(most, value === 0 ? nothing : whole(value * by));
  return high > low ? { unit, value, low, high } : undefined;
}

function limitOf(unit: Unit, written: string | number | undefined): number | undefined {
  return written === undefined ? undefined : unit.read(written);
}

const UNIT_OF_TYPE: Partial<Record<ParameterMeta['type'], Unit>> = {
  ...UNITS,
  integer: UNITS.number,
};
