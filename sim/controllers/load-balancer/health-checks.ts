import { z } from 'zod';
import { PHASE_SAMPLE } from '../../kernel/event-queue.ts';
import type { Ticker } from '../../kernel/ticker.ts';
import { PROBE_PASSED, PROBE_WRONG } from '../../world/health-probe.ts';
import type { HealthProbe, Prober, ProbeAnswer } from '../../world/health-probe.ts';
import type { OwnDraws } from '../definition.ts';
import { PROBE_PARAMETERS } from '../shared/probe-parameters.ts';
import { HaproxyHealthCheck, haproxyHealthCheck } from './policies/haproxy-health-check.ts';
import {
  CHECK_NETWORK_FAILURE,
  CHECK_PASSED,
  CHECK_WRONG_ANSWER,
  EnvoyHealthCheck,
  envoyHealthCheck,
} from './policies/health-check.ts';

/** `healthCheck` of a load balancer: whose, its parameters under that product's names, and what a check asks for. */
export const healthCheckSchema = z
  .discriminatedUnion('policy', [
    z.strictObject({ policy: z.literal('envoy'), ...envoyHealthCheck.parameters, ...PROBE_PARAMETERS }),
    z.strictObject({ policy: z.literal('haproxy'), ...haproxyHealthCheck.parameters, ...PROBE_PARAMETERS }),
  ])
  .describe('Active health checks: probes of every instance that is known. Without it: none.');

export type HealthCheckConfig = z.output<typeof healthCheckSchema>;

/** The ways to check, for `describe`. */
export const HEALTH_CHECKS = {
  envoy: { ...envoyHealthCheck, parameters: { ...envoyHealthCheck.parameters, ...PROBE_PARAMETERS } },
  haproxy: { ...haproxyHealthCheck, parameters: { ...haproxyHealthCheck.parameters, ...PROBE_PARAMETERS } },
};

/** A product's state of health of each host. Draws are uniform on [0, 1). */
interface HostHealth {
  readonly timeout: number;
  /** About as long as from check to check. */
  readonly interval: number;
  /** A host is new. Returns the time to its first check. */
  add(host: number, draw: number): number;
  assume(host: number, healthy: boolean): void;
  healthy(host: number): boolean;
  /** Returns the time to the next check. */
  onResult(host: number, answer: ProbeAnswer, jitterDraw: number, percentDraw: number): number;
}

function hostHealth(config: HealthCheckConfig, hosts: number): HostHealth {
  if (config.policy === 'haproxy') {
    const checks = new HaproxyHealthCheck(config, hosts);
    return {
      timeout: config['timeout check'] ?? config.inter,
      interval: config.inter,
      add: (host, draw) => {
        checks.add(host);
        return Math.floor(config.inter * draw);
      },
      assume: (host, healthy) => checks.assume(host, healthy),
      healthy: (host) => checks.healthy(host),
      onResult: (host, answer) => checks.onResult(host, answer === PROBE_PASSED),
    };
  }
  const checks = new EnvoyHealthCheck(config, hosts);
  return {
    timeout: config.timeout,
    interval: config.interval,
    add: (host, draw) => checks.addHost(host, draw),
    assume: (host, healthy) => checks.assume(host, healthy),
    healthy: (host) => checks.healthy(host),
    // The cluster is in use from its first request on, which is what a balancer begins with.
    onResult: (host, answer, jitterDraw, percentDraw) =>
      checks.onResult(host, checkResult(answer), true, jitterDraw, percentDraw),
  };
}

function checkResult(answer: ProbeAnswer): 0 | 1 | 2 {
  if (answer === PROBE_PASSED) return CHECK_PASSED;
  return answer === PROBE_WRONG ? CHECK_WRONG_ANSWER : CHECK_NETWORK_FAILURE;
}

/** What the checks of one balancer are made of. */
export interface HealthCheckParts {
  readonly config: HealthCheckConfig;
  readonly hosts: number;
  readonly probe: HealthProbe;
  readonly prober: Prober;
  readonly ticker: Ticker;
  readonly draws: OwnDraws;
  /** Thresholds are not waited for: the last check decides. */
  readonly forgetful: boolean;
  /** A host passed a check, and is healthy. */
  passed(host: number, now: number): void;
  /** The health of a host changed. */
  changed(now: number): void;
}

/** The active health checks of one balancer: each member is probed, at a rhythm of its own, as long as it is one. */
export class HealthChecks {
  private readonly parts: HealthCheckParts;
  private readonly health: HostHealth;
  private readonly lastPassed: Uint8Array;
  /** By host, which of its memberships it is in, so that checks of an earlier one end with it; 0 while it is none. */
  private readonly membership: Int32Array;
  private memberships = 0;
  private drawn = 0;
  private began = false;

  constructor(parts: HealthCheckParts) {
    this.parts = parts;
    this.health = hostHealth(parts.config, parts.hosts);
    this.lastPassed = new Uint8Array(parts.hosts);
    this.membership = new Int32Array(parts.hosts);
  }

  isHealthy(host: number): boolean {
    return this.parts.forgetful ? this.lastPassed[host] === 1 : this.health.healthy(host);
  }

  /** Those that are there when it begins it has long known; who joins later is checked first. */
  setMembers(members: readonly number[], now: number): void {
    const left = new Set<number>(members);
    this.membership.forEach((one, host) => {
      if (one > 0 && !left.has(host)) this.membership[host] = 0;
    });
    for (const host of members) if (this.membership[host] === 0) this.join(host, now);
    this.began = true;
  }

  /** Its balancer has lost its state: nobody listens any more. */
  stop(): void {
    this.membership.fill(0);
  }

  private join(host: number, now: number): void {
    const { parts, health } = this;
    const membership = ++this.memberships;
    this.membership[host] = membership;
    let first = health.add(host, this.nextDraw());
    if (!this.began) {
      const healthy = parts.probe.wouldPass(host, now, health.timeout, parts.prober);
      health.assume(host, healthy);
      this.lastPassed[host] = healthy ? 1 : 0;
      first = Math.floor(health.interval * this.nextDraw());
    } else {
      this.lastPassed[host] = health.healthy(host) ? 1 : 0;
    }
    this.checkAt(now + first, host, membership);
  }

  private checkAt(time: number, host: number, membership: number): void {
    const { parts, health } = this;
    parts.ticker.at(time, PHASE_SAMPLE, (now) => {
      if (this.membership[host] !== membership) return;
      parts.probe.send(host, now, health.timeout, parts.prober, (answer, at) =>
        this.answered(host, membership, answer, at),
      );
    });
  }

  private answered(host: number, membership: number, answer: ProbeAnswer, now: number): void {
    if (this.membership[host] !== membership) return;
    const { parts, health } = this;
    const before = this.isHealthy(host);
    const next = health.onResult(host, answer, this.nextDraw(), this.nextDraw());
    this.lastPassed[host] = answer === PROBE_PASSED ? 1 : 0;
    const is = this.isHealthy(host);
    if (answer === PROBE_PASSED && is) parts.passed(host, now);
    if (is !== before) parts.changed(now);
    this.checkAt(now + next, host, membership);
  }

  private nextDraw(): number {
    return this.parts.draws.uniform(this.drawn++);
  }
}
