/** What can be varied, one file a subject. Everything generates edits to a baseline, and shrinks towards none. */
export { around } from './around.ts';
export type { AroundOptions, Quantity } from './around.ts';
export { choose, toggle } from './choose.ts';
export { anyDesign, anyLayer } from './designs.ts';
export { anyFault, FAULT_KINDS } from './faults.ts';
export type { FaultKind, FaultOptions } from './faults.ts';
export { anySetting } from './settings.ts';
export type { SettingOptions } from './settings.ts';
export { upTo } from './surge.ts';
export type { SurgeOptions } from './surge.ts';
export type { Variation, Varied, Varying } from './variation.ts';
export { anyTopology, anyTraffic } from './world.ts';
