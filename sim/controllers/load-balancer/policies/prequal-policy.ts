import type { RandomSource } from '../../../kernel/random.ts';
import { OK } from '../../../stack/result.ts';
import type { Kind } from '../../../stack/result.ts';
import { defineBalancerPolicy } from '../policy.ts';
import type { BalancerContext, BalancerPolicy } from '../policy.ts';
import { PrequalLatency } from './prequal-latency.ts';
import { Prequal, prequal as product } from './prequal.ts';
import type { PrequalConfig } from './prequal.ts';

/** Most probes that one request sends. */
const MOST_PROBES = 64;

/**
 * Prequal over instances that answer probes at once: a probe takes much less than a request. What an instance says of
 * its latency it has learned from the requests of this balancer.
 */
class PrequalPolicy implements BalancerPolicy {
  private readonly context: BalancerContext;
  private readonly pool: Prequal;
  private readonly latencies: readonly PrequalLatency[];
  private readonly targets = new Int32Array(MOST_PROBES);
  private readonly candidates: Uint8Array;

  constructor(config: PrequalConfig, context: BalancerContext) {
    this.context = context;
    this.pool = new Prequal(config);
    this.latencies = Array.from({ length: context.view.size }, () => new PrequalLatency());
    this.candidates = new Uint8Array(context.view.size);
  }

  pick(now: number, random: RandomSource): number {
    const { hosts, count } = this.context.view;
    const host = this.pool.pick(now, random, hosts, count);
    const wanted = Math.min(MOST_PROBES, this.pool.probes(random));
    const probes = this.pool.targets(random, hosts, count, wanted, this.targets);
    for (let i = 0; i < probes; i++) {
      const target = this.targets[i];
      const inFlight = this.context.probe(target);
      this.pool.add(target, inFlight, this.latencies[target].estimate(inFlight), now, count, random);
    }
    return host;
  }

  believed(host: number): number {
    return this.context.probe(host);
  }

  ended(host: number, _now: number, kind: Kind, elapsed: number): void {
    if (kind === OK) this.latencies[host].record(this.context.probe(host), elapsed);
  }

  candidatesChanged(): void {
    for (let host = 0; host < this.candidates.length; host++) {
      const is = this.context.view.isCandidate(host) ? 1 : 0;
      if (this.candidates[host] === 1 && is === 0) this.pool.removeHost(host);
      this.candidates[host] = is;
    }
  }
}

export const prequal = defineBalancerPolicy({
  ...product,
  looksAt: ['probes', 'results'],
  create: (config, context) => new PrequalPolicy(config, context),
});
