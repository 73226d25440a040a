import { buildDistribution } from '../../kernel/distributions/index.ts';
import type { Distribution } from '../../kernel/distributions/index.ts';
import { PHASE_SAMPLE, PHASE_WORLD } from '../../kernel/event-queue.ts';
import { Draw, uniform } from '../../kernel/random.ts';
import type { RootKey } from '../../kernel/random.ts';
import type { Ticker } from '../../kernel/ticker.ts';
import { wholeNanoseconds } from '../../kernel/time.ts';
import { HealthProbe, ON_NODE, PROBE_PASSED } from '../../world/health-probe.ts';
import type { Prober } from '../../world/health-probe.ts';
import { ABSENT, LEAVING } from '../../world/instance.ts';
import type { InstanceReadiness, Service } from '../../world/service.ts';
import type { ReadinessSpec } from '../../world/spec.ts';
import { KubernetesReadiness } from './kubernetes-readiness.ts';

/** A kubelet stands beside each instance. */
const KUBELET: Prober = { source: ON_NODE, client: 0, zone: -1 };

/** Puts the readiness probes of a service that has any between its instances and its callers. */
export function startReadiness(service: Service, ticker: Ticker, root: RootKey): void {
  const { readiness } = service.spec;
  if (readiness !== null) service.readiness = new ReadinessProbes(service, readiness, ticker, root);
}

/**
 * A service's readiness probes, and its list of endpoints: each instance is probed each period from its launch on; what
 * that changes reaches the list that all callers go by after a time of its own. A removal goes straight to the list.
 */
export class ReadinessProbes implements InstanceReadiness {
  private readonly service: Service;
  private readonly ticker: Ticker;
  private readonly readiness: KubernetesReadiness;
  private readonly probe: HealthProbe;
  private readonly propagation: Distribution;
  private readonly propagationDraw: Draw;
  /** By instance: the launch that is probed, NaN for none; when its readiness changed. */
  private readonly launchedAt: Float64Array;
  private readonly readyChangedAt: Float64Array;
  /** By instance: whether it is in the list, and the number of the newest change on its way there. */
  private readonly listed: Uint8Array;
  private readonly newest: Int32Array;
  private changes = 0;

  constructor(service: Service, spec: ReadinessSpec, ticker: Ticker, root: RootKey) {
    const { instances } = service;
    const owner = service.spec.name;
    this.service = service;
    this.ticker = ticker;
    this.readiness = new KubernetesReadiness(spec, instances.length);
    this.probe = new HealthProbe(service, service.network, spec, ticker, root, `${owner}/readiness`);
    this.propagation = buildDistribution(spec.propagation);
    this.propagationDraw = new Draw(root, 'propagation', owner);
    this.launchedAt = new Float64Array(instances.length).fill(NaN);
    this.readyChangedAt = new Float64Array(instances.length);
    this.listed = new Uint8Array(instances.length);
    this.newest = new Int32Array(instances.length);
    const phase = new Draw(root, 'readinessPhase', owner);
    for (const host of service.ready) {
      this.launchedAt[host] = this.readyChangedAt[host] = instances[host].startedAt;
      this.listed[host] = 1;
      this.readiness.assumeReady(host);
      this.probeAt(Math.floor(uniform(phase.at(0, host, 0)) * this.readiness.period), host, this.launchedAt[host]);
    }
    service.endpoints = [...service.ready];
  }

  get count(): number {
    let count = 0;
    for (const { index } of this.service.instances) if (this.isReady(index)) count++;
    return count;
  }

  isReady(host: number): boolean {
    return isProbed(this.launchedAt[host]) && this.readiness.ready(host);
  }

  changedAt(host: number): number {
    return this.readyChangedAt[host];
  }

  instancesChanged(now: number): void {
    for (const { index, startedAt, state } of this.service.instances) {
      const isThere = state !== ABSENT && state !== LEAVING;
      if (!isThere && isProbed(this.launchedAt[index])) this.removed(index, now);
      else if (isThere && this.launchedAt[index] !== startedAt) this.launched(index, startedAt, now);
    }
  }

  private launched(host: number, launch: number, now: number): void {
    this.launchedAt[host] = this.readyChangedAt[host] = launch;
    this.readiness.started(host, now);
    this.probeAt(now, host, launch);
  }

  private removed(host: number, now: number): void {
    this.launchedAt[host] = NaN;
    this.readyChangedAt[host] = now;
    this.spread(host, false, now);
  }

  private probeAt(time: number, host: number, launch: number): void {
    this.ticker.at(time, PHASE_SAMPLE, (now) => {
      if (this.launchedAt[host] !== launch) return;
      this.probeAt(now + this.readiness.period, host, launch);
      if (!this.readiness.probes(host, now)) return;
      this.probe.send(host, now, this.readiness.timeout, KUBELET, (answer, at) => {
        if (this.launchedAt[host] !== launch || !this.readiness.onResult(host, answer === PROBE_PASSED)) return;
        this.readyChangedAt[host] = at;
        this.spread(host, this.readiness.ready(host), at);
      });
    });
  }

  /** Brings a change into the list that callers have, unless a newer one of the same instance gets there first. */
  private spread(host: number, isReady: boolean, now: number): void {
    const change = ++this.changes;
    this.newest[host] = change;
    const delay = wholeNanoseconds(this.propagation.sample(this.propagationDraw.at(0, host, change)));
    this.ticker.at(now + delay, PHASE_WORLD, () => {
      if (this.newest[host] !== change || (this.listed[host] === 1) === isReady) return;
      this.listed[host] = isReady ? 1 : 0;
      this.service.announce(this.service.instances.map(({ index }) => index).filter((one) => this.listed[one] === 1));
    });
  }
}

function isProbed(launch: number): boolean {
  return !Number.isNaN(launch);
}
