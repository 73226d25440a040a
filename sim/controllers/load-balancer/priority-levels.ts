import { z } from 'zod';
import { below } from '../../kernel/random.ts';
import type { RandomSource } from '../../kernel/random.ts';
import type { Kind } from '../../stack/result.ts';
import { integer } from '../parameters.ts';
import { HostSubset } from './host-subset.ts';
import { LocalityRoundRobin } from './policies/locality-weight.ts';
import { envoyPriorityPanic, PriorityLoad } from './policies/priority-panic.ts';
import type { BalancerPolicy, HostView } from './policy.ts';

const { overprovisioningFactor, totalPanicLoad } = envoyPriorityPanic.parameters;
const ENDPOINTS = 'Envoy LocalityLbEndpoints';

const LEVELS = {
  levels: z
    .array(integer({ about: '', min: 0, max: 128, source: `${ENDPOINTS} priority` }))
    .min(1)
    .describe('The priority of each instance, 0 the highest, none left out; repeated if there are more instances.'),
  overprovisioningFactor,
  totalPanicLoad,
  localityWeights: z
    .array(integer({ about: '', min: 0, max: 4294967295, source: `${ENDPOINTS} load_balancing_weight` }))
    .min(1)
    .optional()
    .describe(
      'Weight of each zone within a priority (locality_weighted_lb_config), in the order of the world’s zones, repeated if there are more. Without it: zones do not matter.',
    ),
};

/** `priorities` of a load balancer. Its panic threshold is the balancer's. */
export const prioritiesSchema = z
  .strictObject(LEVELS)
  .describe(
    'Envoy’s priority levels: a lower one is used as far as those above it are not healthy. Without it: one level.',
  );

export type PrioritiesConfig = z.output<typeof prioritiesSchema>;

/** For `describe`. */
export const PRIORITIES = { envoy: { ...envoyPriorityPanic, parameters: LEVELS } };

/** What is wrong with the levels, if anything. */
export function checkLevels({ levels }: PrioritiesConfig): string | undefined {
  const highest = levels.reduce((most, level) => Math.max(most, level), 0);
  for (let level = 0; level < highest; level++) {
    if (!levels.includes(level))
      return `no instance has priority ${level}, but one has ${highest}: none may be left out`;
  }
  return undefined;
}

/** What the levels of one balancer are made of. */
export interface PriorityLevelsParts {
  readonly config: PrioritiesConfig;
  /** Share of the hosts of a level below which it may panic. */
  readonly panicThreshold: number;
  readonly view: HostView;
  /** By host, the index of its zone; -1 for none. */
  readonly zones: readonly number[];
  /** A policy like the balancer's over some of its hosts. */
  makePolicy(view: HostView): BalancerPolicy;
}

/** Some hosts and the policy that chooses among them. */
interface Group {
  readonly hosts: HostSubset;
  readonly policy: BalancerPolicy;
}

/** One priority: all its hosts, and where zones have weights, those of each zone. */
interface Level {
  readonly all: Group;
  readonly byZone: readonly Group[];
  readonly turns: LocalityRoundRobin | null;
}

/**
 * Envoy's choice of a priority, then of a locality, before the policy of the balancer chooses a host: each of them has a
 * policy of its own, as each has a schedule of its own in Envoy. In panic a level is balanced over all its hosts, and
 * its localities do not matter.
 *
 * Source: envoyproxy/envoy source/extensions/load_balancing_policies/common/load_balancer_impl.cc hostSourceToUse.
 */
export class PriorityLevels implements BalancerPolicy {
  private readonly config: PrioritiesConfig;
  private readonly loads: PriorityLoad;
  private readonly levels: readonly Level[];
  private readonly levelOf: Int32Array;
  private readonly zoneOf: Int32Array;
  private readonly zoneWeights: Float64Array | null;

  constructor(parts: PriorityLevelsParts) {
    const { config, panicThreshold, view, zones } = parts;
    const { levels, localityWeights } = config;
    this.config = config;
    this.levelOf = Int32Array.from(zones, (_, host) => levels[host % levels.length]);
    this.zoneOf = Int32Array.from(zones, (zone) => Math.max(0, zone));
    const zoneCount = 1 + this.zoneOf.reduce((most, zone) => Math.max(most, zone), 0);
    this.zoneWeights =
      localityWeights === undefined
        ? null
        : Float64Array.from({ length: zoneCount }, (_, zone) => localityWeights[zone % localityWeights.length]);
    const levelCount = 1 + this.levelOf.reduce((most, level) => Math.max(most, level), 0);
    this.loads = new PriorityLoad({ ...config, healthyPanicThreshold: panicThreshold }, levelCount);
    const group = (): Group => {
      const hosts = new HostSubset(view);
      return { hosts, policy: parts.makePolicy(hosts) };
    };
    this.levels = Array.from({ length: levelCount }, () => ({
      all: group(),
      byZone: this.zoneWeights === null ? [] : Array.from({ length: zoneCount }, group),
      turns: this.zoneWeights === null ? null : new LocalityRoundRobin(zoneCount),
    }));
  }

  /** Hosts came, went, or changed their health. Returns all that may be chosen now. */
  update(known: readonly number[], isOut: (host: number) => boolean, now: number): readonly number[] {
    const members = this.levels.map((_, p) => known.filter((host) => this.levelOf[host] === p));
    const healthy = members.map((hosts) => hosts.filter((host) => !isOut(host)));
    this.loads.update(members.map(lengthOf), healthy.map(lengthOf));
    const candidates = members.map((hosts, p) => (this.loads.panic[p] === 1 ? hosts : healthy[p]));
    this.levels.forEach((level, p) => {
      setHosts(level.all, candidates[p], now);
      if (level.turns !== null) this.updateZones(level, level.turns, members[p], healthy[p], now);
    });
    return candidates.flat();
  }

  private updateZones(
    { byZone }: Level,
    turns: LocalityRoundRobin,
    members: readonly number[],
    healthy: readonly number[],
    now: number,
  ): void {
    const inZone = (hosts: readonly number[], zone: number): number[] =>
      hosts.filter((host) => this.zoneOf[host] === zone);
    const available = byZone.map((_, zone) => inZone(healthy, zone));
    const present = byZone.map((_, zone) => inZone(members, zone).length);
    byZone.forEach((group, zone) => setHosts(group, available[zone], now));
    turns.refresh(this.zoneWeights!, available.map(lengthOf), present, this.config.overprovisioningFactor);
  }

  pick(now: number, random: RandomSource, key: number): number {
    const p = this.loads.choose(below(random, 100));
    const { all, byZone, turns } = this.levels[p];
    const zone = turns === null || this.loads.panic[p] === 1 ? -1 : turns.pick();
    const { hosts, policy } = zone < 0 ? all : byZone[zone];
    return hosts.count === 0 ? -1 : policy.pick(now, random, key);
  }

  believed(host: number, now: number): number {
    return this.levels[this.levelOf[host]].all.policy.believed(host, now);
  }

  loadChanged(host: number): void {
    this.tell(host, (policy) => policy.loadChanged?.(host));
  }

  sent(host: number, now: number): void {
    this.tell(host, (policy) => policy.sent?.(host, now));
  }

  ended(host: number, now: number, kind: Kind, duration: number): void {
    this.tell(host, (policy) => policy.ended?.(host, now, kind, duration));
  }

  get reportEvery(): number {
    return this.levels[0].all.policy.reportEvery ?? 0;
  }

  reported(host: number, now: number, qps: number, eps: number, utilization: number): void {
    this.tell(host, (policy) => policy.reported?.(host, now, qps, eps, utilization));
  }

  private tell(host: number, what: (policy: BalancerPolicy) => void): void {
    const { all, byZone } = this.levels[this.levelOf[host]];
    what(all.policy);
    if (byZone.length > 0) what(byZone[this.zoneOf[host]].policy);
  }
}

function setHosts({ hosts, policy }: Group, candidates: readonly number[], now: number): void {
  hosts.setCandidates(candidates);
  policy.candidatesChanged?.(now);
}

function lengthOf(hosts: readonly number[]): number {
  return hosts.length;
}
