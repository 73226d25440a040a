import { PHASE_WORLD } from '../../kernel/event-queue.ts';
import type { Handler, Kernel } from '../../kernel/kernel.ts';
import { NEVER } from '../../kernel/time.ts';
import { ABSENT } from '../instance.ts';
import type { Network } from '../network.ts';
import type { Service } from '../service.ts';
import type { FaultPlan, Occurrence } from './plan.ts';

/**
 * Carries out the faults that need an act at a moment (crashes, capacity, errors, gray failures). Slowdowns and surges
 * are part of the instances' and the traffic's profiles and need none.
 */
export class Faults implements Handler {
  /** Occurrences that struck something, and those that found nothing to strike. */
  struck = 0;
  missed = 0;
  /** Carries out the faults of layers, which the world knows nothing of; says whether the design has the layer. */
  onLayer: ((occurrence: Occurrence, begins: boolean) => boolean) | null = null;

  private readonly kernel: Kernel;
  private readonly plan: FaultPlan;
  private readonly services: ReadonlyMap<string, Service>;
  private readonly network: Network | null;
  private readonly active = new Set<Occurrence>();

  constructor(kernel: Kernel, plan: FaultPlan, services: ReadonlyMap<string, Service>, network: Network | null) {
    this.network = network;
    this.kernel = kernel;
    this.plan = plan;
    this.services = services;
    const code = kernel.register(this);
    plan.occurrences.forEach((occurrence, i) => {
      kernel.scheduleAt(occurrence.from, PHASE_WORLD, code, 2 * i);
      kernel.scheduleAt(occurrence.until, PHASE_WORLD, code, 2 * i + 1);
    });
  }

  handle(id: number): void {
    const occurrence = this.plan.occurrences[id >> 1];
    if ((id & 1) === 0) this.begin(occurrence);
    else this.end(occurrence);
  }

  private begin(occurrence: Occurrence): void {
    this.active.add(occurrence);
    if (this.apply(occurrence, true)) this.struck++;
    else this.missed++;
  }

  private end(occurrence: Occurrence): void {
    this.active.delete(occurrence);
    this.apply(occurrence, false);
  }

  /** Returns whether it found something to act on. */
  private apply(occurrence: Occurrence, begins: boolean): boolean {
    const { act } = occurrence;
    switch (act.kind) {
      case 'surge':
      case 'telemetry':
        return true;
      case 'layerDown':
      case 'layerReset':
      case 'layerSaturated':
      case 'push':
      case 'hotfix':
        return this.onLayer !== null && this.onLayer(occurrence, begins);
      case 'replicas':
        if (begins) this.services.get(act.service)?.scaleTo(act.count, this.kernel.now);
        return this.services.has(act.service);
      case 'zoneLoss':
        return this.loseZone(act.zone, begins);
      case 'partition':
        this.network?.cut(act.between[0], act.between[1], begins ? 1 : -1);
        return this.network !== null;
      case 'networkDelay': {
        const [a, b] = act.between;
        if (begins) this.network?.slow(a, b, act);
        else this.network?.recover(a, b, act);
        return this.network !== null;
      }
      case 'slow':
      case 'freeze':
      case 'capacity':
      case 'crash':
      case 'errors':
      case 'wrong':
      case 'gray':
      case 'dependency':
        return this.applyToService(occurrence, act.service, begins);
    }
  }

  /** Every instance in a zone goes down, or comes back. */
  private loseZone(zone: number, begins: boolean): boolean {
    let found = false;
    for (const service of this.services.values()) {
      for (const { index, zone: own } of service.instances) {
        if (own !== zone) continue;
        if (begins) found = service.crash(index, this.kernel.now) || found;
        else if (!this.stillDown(service, index)) service.restore(index, this.kernel.now);
      }
    }
    return found;
  }

  private applyToService(occurrence: Occurrence, name: string, begins: boolean): boolean {
    const { act } = occurrence;
    const service = this.services.get(name);
    if (service === undefined) return false;
    if (act.kind === 'dependency') return true;
    let found = false;
    for (const index of occurrence.instances) {
      const instance = service.instances[index];
      if (instance === undefined) continue;
      if (instance.state !== ABSENT) found = true;
      if (act.kind === 'crash') {
        if (begins) service.crash(index, this.kernel.now);
        else if (!this.stillDown(service, index)) service.restore(index, this.kernel.now);
      } else {
        this.settle(service, index);
      }
    }
    return found;
  }

  private stillDown(service: Service, index: number): boolean {
    for (const { act, instances } of this.active) {
      if (act.kind === 'zoneLoss' && act.zone === service.instances[index].zone) return true;
      if (act.kind === 'crash' && act.service === service.spec.name && instances.includes(index)) return true;
    }
    return false;
  }

  /** Sets what several faults at once make of an instance. */
  private settle(service: Service, index: number): void {
    let errors = 1 - service.spec.errorRate;
    let wrong = 1 - service.spec.wrongRate;
    let unreachable = 1;
    let capacity = 1;
    for (const { act, instances } of this.active) {
      if (!('instances' in act) || act.service !== service.spec.name || !instances.includes(index)) continue;
      if (act.kind === 'errors') errors *= 1 - act.rate;
      if (act.kind === 'wrong') wrong *= 1 - act.rate;
      if (act.kind === 'gray') unreachable *= 1 - act.callers;
      if (act.kind === 'capacity') capacity *= act.share;
    }
    const instance = service.instances[index];
    instance.errorRate = 1 - errors;
    instance.wrongRate = 1 - wrong;
    instance.unreachableShare = 1 - unreachable;
    service.answersHaveChanged(index);
    // 0.3 of 10 slots are three, whatever the product's last digit.
    const slots = Math.floor(service.spec.concurrency * capacity + 1e-9);
    if (slots !== instance.slots) service.resize(index, slots, this.kernel.now);
  }
}

/** The latest moment at which a fault begins or ends. */
export function lastFaultAt(plan: FaultPlan): number {
  let last = 0;
  for (const { from, until } of plan.occurrences) last = Math.max(last, until === NEVER ? from : until);
  return last;
}
