import type { Kind } from '../../stack/result.ts';

/** What ejects instances that fail: passive outlier detection. Pure; the balancer calls `sweep` every `interval`. */
export interface Ejector {
  readonly interval: number;
  /** An attempt on an instance ended. */
  onResult(host: number, kind: Kind, now: number): void;
  /** Judges the interval that ends now, and readmits those whose time is over. */
  sweep(now: number): void;
  isEjected(host: number): boolean;
  /** Instances that the pool now has. */
  hostsChanged(hosts: readonly number[], now: number): void;
  /**
   * Whether what it now sees of an instance meets its condition to eject, the memory of having ejected it set aside.
   */
  condemns(host: number): boolean;
  /** An instance has passed an active health check, and fails none: some readmit it at once. Returns whether it did. */
  checkPassed?(host: number, now: number): boolean;
}
