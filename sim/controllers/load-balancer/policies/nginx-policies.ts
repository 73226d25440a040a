import { below } from '../../../kernel/random.ts';
import type { RandomSource } from '../../../kernel/random.ts';
import { ERROR, REFUSED, TIMED_OUT } from '../../../stack/result.ts';
import type { Kind } from '../../../stack/result.ts';
import { defineBalancerPolicy } from '../policy.ts';
import type { BalancerPolicy, HostView } from '../policy.ts';
import { nginxLeastConn as leastConnProduct, pickLeastConn } from './nginx-least-conn.ts';
import { NginxPeers } from './nginx-peers.ts';
import type { NginxPeerConfig } from './nginx-peers.ts';
import { weightsOf } from './seen-loads.ts';
import { nginxRoundRobin as roundRobinProduct, pickSmoothly } from './smooth-weighted-round-robin.ts';

/** nginx's upstream servers, chosen among by one of its methods. It counts its own connections and failures. */
class NginxPolicy implements BalancerPolicy {
  private readonly view: HostView;
  private readonly peers: NginxPeers;
  private readonly method: (peers: NginxPeers, now: number) => number;
  private readonly known = new Set<number>();
  /** Counted as a connection by the pick, but not yet sent: taken back if another is picked instead. */
  private picked = -1;

  constructor(view: HostView, config: NginxPeerConfig, method: (peers: NginxPeers, now: number) => number) {
    this.view = view;
    this.peers = new NginxPeers(config, weightsOf(view));
    this.method = method;
  }

  pick(now: number, random: RandomSource): number {
    if (this.picked >= 0) this.peers.conns[this.picked]--;
    const host = this.method(this.peers, now);
    this.picked = host;
    if (host >= 0) return host;
    // Where every server is marked as failed, nginx answers 502 and forgets the marks; a try at random says the same.
    return this.view.hosts[below(random, this.view.count)];
  }

  believed(host: number): number {
    return this.peers.conns[host];
  }

  sent(host: number): void {
    if (host === this.picked) this.picked = -1;
    else this.peers.conns[host]++;
  }

  ended(host: number, now: number, kind: Kind): void {
    this.peers.ended(host, now, kind === ERROR || kind === REFUSED || kind === TIMED_OUT);
  }

  candidatesChanged(): void {
    const { hosts, count } = this.view;
    for (let i = 0; i < count; i++) {
      if (this.known.has(hosts[i])) continue;
      this.known.add(hosts[i]);
      this.peers.add(hosts[i]);
    }
    this.peers.refresh(hosts, count);
  }
}

export const nginxLeastConn = defineBalancerPolicy({
  ...leastConnProduct,
  looksAt: ['results'],
  create: (config, { view }) => new NginxPolicy(view, config, pickLeastConn),
});

export const nginxRoundRobin = defineBalancerPolicy({
  ...roundRobinProduct,
  looksAt: ['results'],
  create: (config, { view }) => new NginxPolicy(view, config, pickSmoothly),
});
