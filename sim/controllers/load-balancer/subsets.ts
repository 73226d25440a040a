import { z } from 'zod';
import type { RootKey } from '../../kernel/random.ts';
import { ownDraws } from '../own-draws.ts';
import { grpcRandomSubsetting, randomSubset } from './policies/subsetting.ts';

/** `subsetting` of a load balancer: each copy of it is a client, and uses hosts of its own only. */
export const subsettingSchema = z
  .discriminatedUnion('policy', [
    z.strictObject({ policy: z.literal('grpcRandomSubsetting'), ...grpcRandomSubsetting.parameters }),
  ])
  .describe('Which of the instances each copy of the balancer uses at all. Without it: all.');

export type SubsettingConfig = z.output<typeof subsettingSchema>;

/** For `describe`. */
export const SUBSETTINGS = { grpcRandomSubsetting };

/** The subset of each client, by a seed of its own that stays the same. */
export class Subsets {
  private readonly size: number;
  private readonly service: string;
  private readonly root: RootKey;
  private readonly layer: string;

  constructor({ subsetSize }: SubsettingConfig, service: string, root: RootKey, layer: string) {
    this.size = subsetSize;
    this.service = service;
    this.root = root;
    this.layer = layer;
  }

  /** Of these hosts the ones that a client uses, by index. */
  of(client: number, hosts: readonly number[]): readonly number[] {
    const draw = ownDraws(this.root, `${this.layer}/subset`, client).uniform(0);
    const names = hosts.map((host) => `${this.service}-${host}`);
    const chosen = randomSubset(names, Math.floor(draw * 4294967296), this.size);
    return Array.from(chosen, (place) => hosts[place]).sort((a, b) => a - b);
  }
}
