import type { HostView } from './policy.ts';

/** Some of a balancer's hosts, as a policy of their own sees them: what is known of each is what the balancer knows. */
export class HostSubset implements HostView {
  readonly size: number;
  readonly hosts: Int32Array;
  count = 0;
  private readonly whole: HostView;
  private readonly candidate: Uint8Array;

  constructor(whole: HostView) {
    this.size = whole.size;
    this.whole = whole;
    this.hosts = new Int32Array(whole.size);
    this.candidate = new Uint8Array(whole.size);
  }

  setCandidates(hosts: readonly number[]): void {
    this.candidate.fill(0);
    this.count = hosts.length;
    hosts.forEach((host, i) => {
      this.hosts[i] = host;
      this.candidate[host] = 1;
    });
  }

  isCandidate(host: number): boolean {
    return this.candidate[host] === 1;
  }

  load(host: number): number {
    return this.whole.load(host);
  }

  weight(host: number): number {
    return this.whole.weight(host);
  }

  joinedAt(host: number): number {
    return this.whole.joinedAt(host);
  }

  health(host: number): number {
    return this.whole.health(host);
  }
}
