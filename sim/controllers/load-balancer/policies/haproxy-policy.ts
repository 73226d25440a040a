import { below } from '../../../kernel/random.ts';
import type { RandomSource } from '../../../kernel/random.ts';
import { defineBalancerPolicy } from '../policy.ts';
import type { BalancerPolicy, HostView } from '../policy.ts';
import { HaproxyLeastconn, haproxyLeastconn as product } from './haproxy-leastconn.ts';
import type { HaproxyLeastconnConfig } from './haproxy-leastconn.ts';
import { weightsOf } from './seen-loads.ts';

/** HAProxy's leastconn over its own count of what it has sent. */
class LeastconnPolicy implements BalancerPolicy {
  private readonly view: HostView;
  private readonly servers: HaproxyLeastconn;
  private readonly up: Uint8Array;

  constructor(view: HostView, config: HaproxyLeastconnConfig) {
    this.view = view;
    this.servers = new HaproxyLeastconn(config, weightsOf(view));
    this.up = new Uint8Array(view.size);
  }

  pick(_now: number, random: RandomSource): number {
    const host = this.servers.pick();
    // Every server is at its maximum: the product queues at the backend; here one takes it into its own queue.
    return host >= 0 ? host : this.view.hosts[below(random, this.view.count)];
  }

  believed(host: number): number {
    return this.servers.inflight[host];
  }

  sent(host: number): void {
    this.servers.take(host);
  }

  ended(host: number): void {
    this.servers.drop(host);
  }

  candidatesChanged(): void {
    for (let host = 0; host < this.view.size; host++) {
      const up = this.view.isCandidate(host) ? 1 : 0;
      if (up === this.up[host]) continue;
      this.up[host] = up;
      this.servers.setUp(host, up === 1);
    }
  }
}

export const haproxyLeastconn = defineBalancerPolicy({
  ...product,
  looksAt: ['results'],
  create: (config, { view }) => new LeastconnPolicy(view, config),
});
