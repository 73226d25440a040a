import { integer } from '../../parameters.ts';

/** The parameters `min` and `max` of an autoscaler that has no product's own defaults for them. */
export const REPLICA_RANGE = {
  min: integer({ about: 'The fewest replicas that it asks for.', default: 1, source: 'overcontrol' }),
  max: integer({ about: 'The most replicas that it asks for.', min: 1 }),
};

/** What is wrong with a range, if anything. */
export function checkReplicaRange({ min, max }: { min: number; max: number }): string | undefined {
  return min > max ? `min is ${min}, but max is only ${max}; min must not be above max` : undefined;
}

export function clampReplicas(replicas: number, { min, max }: { min: number; max: number }): number {
  return Math.max(min, Math.min(max, replicas));
}
