import type { RandomSource } from '../../kernel/random.ts';
import type { GaugeView } from '../../signals/gauge-view.ts';
import { CANCELLED } from '../../stack/result.ts';
import type { Kind } from '../../stack/result.ts';
import type { OwnDraws } from '../definition.ts';
import type { Ejector } from './ejector.ts';
import type { HealthChecks } from './health-checks.ts';
import { KnownHosts } from './known-hosts.ts';
import { OwnPicks } from './own-picks.ts';
import type { BalancerPolicy, BalancerPolicyDefinition } from './policy.ts';

/** What one balancer is made of. */
export interface BalancerParts {
  readonly definition: BalancerPolicyDefinition;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly hosts: number;
  /** The reported view of loads, shared by all copies; null where its own in flight count. */
  readonly view: GaugeView | null;
  readonly countOwnSince: boolean;
  /** The scenario's weights, and with full detail the hosts' capacities; null where all count alike. */
  readonly weights: Float64Array | null;
  readonly capacities: Float64Array | null;
  readonly ejector: Ejector | null;
  readonly panicThreshold: number;
  /** Ejections are not remembered: a host is out only while what is seen of it condemns it. */
  readonly forgetful: boolean;
  readonly draws: OwnDraws;
  nameOf(host: number): string;
  probe(host: number): number;
  readonly copy: number;
  readonly copies: number;
}

/** One balancer: a copy of the layer, over one pool of hosts. */
export class Balancer {
  readonly hosts: KnownHosts;
  readonly usesLoad: boolean;
  readonly ejector: Ejector | null;
  private readonly parts: BalancerParts;
  private readonly policy: BalancerPolicy;
  private readonly view: GaugeView | null;
  /** Own requests in flight on each host. */
  private readonly inFlight: Float64Array;
  private readonly ownPicks: OwnPicks | null;
  /** Members of the pool, as discovery has it. */
  private known: readonly number[] = [];
  private began = false;
  /** Hosts of which a result was heard since the last sweep, and those whose evidence is older than that. */
  private readonly heard: Uint8Array;
  private readonly outdated: Uint8Array;
  /** Active health checks; null where there are none. */
  health: HealthChecks | null = null;

  constructor(parts: BalancerParts) {
    this.parts = parts;
    const { definition, view, hosts, weights, capacities, settings, draws, nameOf, probe, copy, copies } = parts;
    this.ejector = parts.ejector;
    this.view = view;
    this.usesLoad = definition.looksAt.includes('load');
    this.inFlight = new Float64Array(hosts);
    this.heard = new Uint8Array(hosts);
    this.outdated = new Uint8Array(hosts);
    this.ownPicks = view !== null && parts.countOwnSince ? new OwnPicks(hosts) : null;
    const seen = view === null ? this.inFlight : view.values;
    this.hosts = new KnownHosts(seen, view, this.ownPicks, weights, capacities);
    this.policy = definition.create(settings as never, {
      view: this.hosts,
      draws,
      nameOf,
      probe,
      copy,
      copies,
    });
  }

  pick(now: number, random: RandomSource, key: number): number {
    return this.policy.pick(now, random, key);
  }

  /** What it believes the load of a host to be; NaN if it does not look at loads. */
  believed(host: number): number {
    return this.usesLoad ? this.hosts.seenLoad(host) : NaN;
  }

  sent(host: number, now: number): void {
    this.inFlight[host]++;
    if (this.ownPicks !== null) this.ownPicks.add(host, now);
    const { policy } = this;
    if (policy.sent !== undefined) policy.sent(host, now);
    if (this.usesLoad && (this.view === null || this.ownPicks !== null) && policy.loadChanged !== undefined) {
      policy.loadChanged(host);
    }
  }

  /** An attempt that was sent is over; what it came to is learned now or later. */
  returned(host: number): void {
    this.inFlight[host]--;
    if (this.usesLoad && this.view === null && this.policy.loadChanged !== undefined) this.policy.loadChanged(host);
  }

  /** Returns whether it changed which hosts may be chosen. */
  learn(now: number, host: number, kind: Kind, elapsed: number): boolean {
    const { ejector, policy } = this;
    if (policy.ended !== undefined) policy.ended(host, now, kind, elapsed);
    if (ejector === null) return false;
    const before = this.isOut(host);
    ejector.onResult(host, kind, now);
    this.heard[host] = 1;
    this.outdated[host] = 0;
    return this.isOut(host) !== before;
  }

  /** The ejector's interval is over. */
  sweep(now: number): void {
    this.ejector?.sweep(now);
    this.outdated.forEach((_, host) => (this.outdated[host] = 1 - this.heard[host]));
    this.heard.fill(0);
  }

  /** How an attempt ended is lost on the way; that it is over the balancer knows by itself. */
  neverHeard(now: number, host: number, elapsed: number): void {
    if (this.policy.ended !== undefined) this.policy.ended(host, now, CANCELLED, elapsed);
  }

  viewChanged(host: number): void {
    if (this.policy.loadChanged !== undefined) this.policy.loadChanged(host);
  }

  /** The members of the pool are these from now on. */
  setMembers(members: readonly number[], now: number): void {
    if (this.began) for (const host of members) if (!this.known.includes(host)) this.hosts.join(host, now);
    this.began = true;
    this.known = members;
    if (this.ejector !== null) this.ejector.hostsChanged(members, now);
    if (this.health !== null) this.health.setMembers(members, now);
    this.refreshCandidates(now);
  }

  /** Nanoseconds between load reports that the policy wants; 0 for none. */
  get reportEvery(): number {
    return this.policy.reportEvery ?? 0;
  }

  reported(host: number, now: number, qps: number, eps: number, utilization: number): void {
    this.policy.reported!(host, now, qps, eps, utilization);
  }

  /** Those that are there and neither ejected nor found unhealthy; all that are there if too few would be left. */
  refreshCandidates(now: number): void {
    const { known } = this;
    const judges = this.ejector !== null || this.health !== null;
    const healthy = judges ? known.filter((host) => !this.isOut(host)) : known;
    const panics = healthy.length < this.parts.panicThreshold * known.length;
    this.hosts.setCandidates(panics ? known : healthy);
    if (this.policy.candidatesChanged !== undefined) this.policy.candidatesChanged(now);
  }

  private isOut(host: number): boolean {
    const { ejector, health, parts } = this;
    if (health !== null && !health.isHealthy(host)) return true;
    if (ejector === null) return false;
    if (!parts.forgetful) return ejector.isEjected(host);
    // What was seen of it before the last interval is memory: it is looked at anew.
    return ejector.condemns(host) && this.outdated[host] === 0;
  }
}
