import type { Settings } from '../settings.ts';

/** Parameters that say for how long an autoscaler goes by what it recommended or did before. */
const MEMORIES: ReadonlySet<string> = new Set([
  'downscaleStabilization',
  'stabilizationWindow',
  'cooldown',
  'cooldownPeriod',
  'scaleDownDelay',
  'scaleDownDelayAfterAdd',
  'scaleDownDelayAfterDelete',
]);

/** The same settings, these parameters 0 at any depth: what it sees now decides. */
export function withoutMemory(settings: Settings): Settings {
  const entries = Object.entries(settings).map(([name, value]): [string, unknown] => {
    if (typeof value === 'number' && MEMORIES.has(name)) return [name, 0];
    const isGroup = typeof value === 'object' && value !== null && !Array.isArray(value);
    return [name, isGroup ? withoutMemory(value as Settings) : value];
  });
  return Object.fromEntries(entries);
}
