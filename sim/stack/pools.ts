/**
 * A pool of instances that an outer balancer has chosen, in one integer: -1 all, a zone by its index, a region by its
 * index above `REGIONS`.
 */
export const ALL_INSTANCES = -1;
export const REGIONS = 1 << 16;

/** Whether an instance in this zone belongs to a pool. @param regionOf by zone, the index of its region */
export function isInPool(pool: number, zone: number, regionOf: readonly number[]): boolean {
  if (pool === ALL_INSTANCES) return true;
  return pool < REGIONS ? zone === pool : zone >= 0 && regionOf[zone] === pool - REGIONS;
}
