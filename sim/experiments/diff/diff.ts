import type { Registry } from '../../controllers/registry.ts';
import { SCHEMA_VERSION, VERSION } from '../../measure/version.ts';
import { designChanges, settingChanges } from './changes.ts';
import type { Change } from './changes.ts';
import type { Effect, Side } from './effect.ts';
import { isSameWorld } from './effect.ts';
import { plainSettings } from './settings.ts';

/** One side of a difference, and what it was read from. */
export interface DiffSide extends Side {
  readonly registry: Registry;
  /** The scenario as it is written, with all that it extends. */
  readonly written: Readonly<Record<string, unknown>>;
}

/** Two designs as a plan: what changes from the one to the other, and what that does. */
export interface DesignDiff {
  readonly schemaVersion: string;
  readonly version: string;
  readonly before: { readonly file: string; readonly design: string };
  readonly after: { readonly file: string; readonly design: string };
  readonly changes: readonly Change[];
  /** Null where nothing was run. */
  readonly effect: Effect | null;
}

/** What of a file is the world, beside `world` itself. */
const WORLD_FIELDS = ['duration', 'warmup', 'drain'] as const;

export function diffDesigns(before: DiffSide, after: DiffSide, effect: Effect | null): DesignDiff {
  return {
    schemaVersion: SCHEMA_VERSION,
    version: VERSION,
    before: { file: before.scenario.file, design: before.design.name },
    after: { file: after.scenario.file, design: after.design.name },
    changes: changesBetween(before, after),
    effect,
  };
}

/** What changes, world first. */
export function changesBetween(before: DiffSide, after: DiffSide): Change[] {
  return [
    ...(isSameWorld({ before, after }) ? [] : settingChanges('', worldSettings(before), worldSettings(after))),
    ...designChanges(before.design, after.design, [before.registry, after.registry]),
  ];
}

function worldSettings({ written }: DiffSide): Map<string, string> {
  const fields = Object.fromEntries(WORLD_FIELDS.map((name) => [name, written[name]]));
  return plainSettings({ ...fields, world: written['world'] });
}
