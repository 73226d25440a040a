import type { RandomSource } from '../../../kernel/random.ts';
import { defineBalancerPolicy } from '../policy.ts';
import type { BalancerContext, BalancerPolicy } from '../policy.ts';
import { DeterministicAperture, finagleAperture as product } from './deterministic-aperture.ts';

/** Each copy of the layer is one client on the ring; its arc is drawn anew when the hosts change. */
class AperturePolicy implements BalancerPolicy {
  private readonly context: BalancerContext;
  private readonly minimum: number;
  private readonly loads: Float64Array;
  private aperture: DeterministicAperture | null = null;

  constructor(minimum: number, context: BalancerContext) {
    this.context = context;
    this.minimum = minimum;
    this.loads = new Float64Array(context.view.size);
  }

  pick(_now: number, random: RandomSource): number {
    const { view } = this.context;
    for (let i = 0; i < view.count; i++) this.loads[i] = view.load(view.hosts[i]);
    return view.hosts[this.aperture!.pick(random, this.loads)];
  }

  believed(host: number): number {
    return this.context.view.load(host);
  }

  candidatesChanged(): void {
    const { copies, copy, view } = this.context;
    const client = copies > 1 ? copy : 0;
    this.aperture =
      view.count === 0 ? null : new DeterministicAperture(this.minimum, view.count, client, Math.max(1, copies));
  }
}

export const finagleAperture = defineBalancerPolicy({
  ...product,
  looksAt: ['load'],
  create: ({ minDeterministicAperture }, context) => new AperturePolicy(minDeterministicAperture, context),
});
