import type { Instance } from '../world/instance.ts';

/** What a gauge measures on an instance, now and as an integral over time. */
export interface Gauge {
  readonly name: string;
  value(instance: Instance): number;
  /** The integral of the value up to `now` (after `instance.touch(now)`). */
  area(instance: Instance): number;
}

/** Jobs in an instance: queued and in service, abandoned work included. */
export const LOAD: Gauge = {
  name: 'load',
  value: (instance) => instance.busy + instance.waiting,
  area: (instance) => instance.loadArea,
};

/** Slots in use. */
export const BUSY: Gauge = {
  name: 'busy',
  value: (instance) => instance.busy,
  area: (instance) => instance.busyArea,
};

/** Is told when the view of an instance changes, so that an index over a view need not be rebuilt. */
export interface GaugeWatcher {
  viewChanged(index: number): void;
}

/** A gauge of all instances of one service, as somebody sees it. */
export interface GaugeView {
  /** The value seen of each instance; NaN before its first sample. Right after `refresh` only. */
  readonly values: Float64Array;
  /** Brings the view up to `now`. */
  refresh(now: number): void;
  /** The end of the window that the value of this instance speaks of; `-Infinity` before the first sample. */
  asOf(index: number): number;
  /** The time stamp that the value carries; later than `asOf` where telemetry is frozen but looks alive. */
  claimedAsOf(index: number): number;
  watcher: GaugeWatcher | null;
}
