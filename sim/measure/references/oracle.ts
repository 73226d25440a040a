import { MinTree } from '../../kernel/min-tree.ts';
import { NEVER } from '../../kernel/time.ts';
import type { Call } from '../../world/call.ts';
import type { Instance } from '../../world/instance.ts';
import { FROM_INSTANCE, makeResult, NO_INSTANCE, REFUSED, SERVED_OK } from '../../world/result.ts';
import type { Service } from '../../world/service.ts';
import type { Entry } from '../../world/traffic/source.ts';
import type { FaultPlan } from '../../world/faults/plan.ts';

const UNSERVABLE = makeResult(REFUSED, NO_INSTANCE, FROM_INSTANCE);

/**
 * The deterministic reference: on arrival a request takes the slot with the earliest true completion; if none meets the
 * deadline it is unservable and uses no capacity. It knows every draw and scheduled fault, has all instances of the
 * world ready throughout, ignores queue limits, and assumes FIFO at the present contention. It is not an upper bound.
 *
 * It stands at a source's entry in the place of an edge, and ends each request at once.
 */
export class Oracle implements Entry {
  private readonly service: Service;
  private readonly now: () => number;
  private readonly slots: InstanceSlots[];
  /** Instances alike and untouched by any fault, by slowness: within a class the earliest slot is the best. */
  private readonly classes: SlotClass[] = [];
  /** Instances that are looked at one by one. */
  private readonly special: InstanceSlots[] = [];

  constructor(service: Service, plan: FaultPlan, now: () => number) {
    this.service = service;
    this.now = now;
    const { initial } = service.spec.instances;
    this.slots = service.instances.slice(0, initial).map((instance) => new InstanceSlots(instance));
    const touched = touchedInstances(plan, service);
    const simple = service.spec.contention === 0;
    const bySlowness = new Map<number, InstanceSlots[]>();
    for (const slots of this.slots) {
      const { index, slowness } = slots.instance;
      if (!simple || touched.has(index)) this.special.push(slots);
      else bySlowness.set(slowness, [...(bySlowness.get(slowness) ?? []), slots]);
    }
    for (const members of bySlowness.values()) this.classes.push(new SlotClass(members));
  }

  begin(call: Call): void {
    const now = this.now();
    const { service } = this;
    const work = service.workOf(call, 0);
    let best: InstanceSlots | null = null;
    let bestClass: SlotClass | null = null;
    let bestTime = NEVER;
    for (const kind of this.classes) {
      const slots = kind.earliest();
      const time = this.completion(slots, call, work, now);
      if (time < bestTime) {
        best = slots;
        bestClass = kind;
        bestTime = time;
      }
    }
    for (const slots of this.special) {
      const time = this.completion(slots, call, work, now);
      if (time < bestTime) {
        best = slots;
        bestClass = null;
        bestTime = time;
      }
    }
    if (best === null || bestTime > call.deadlineAt) {
      call.caller!.callEnded(call, UNSERVABLE);
      return;
    }
    best.take(bestTime);
    if (bestClass !== null) bestClass.changed(best);
    call.caller!.callEnded(call, SERVED_OK);
  }

  abandon(): void {
    // Nothing is under way: every request ends as it arrives.
  }

  /** When this instance would answer the request, well; `NEVER` if it would not. */
  private completion(slots: InstanceSlots, call: Call, work: number, now: number): number {
    const { service } = this;
    const { instance } = slots;
    if (service.cannotReach(call, instance)) return NEVER;
    if (service.wouldFail(call, 0, instance) || service.wouldBeWrong(call, 0, instance)) return NEVER;
    let start = Math.max(now, slots.earliest(instance.slots));
    if (instance.profile !== null) start = instance.profile.upFrom(start);
    if (start === NEVER) return NEVER;
    const busy = service.spec.contention > 0 ? slots.busyAt(start) + 1 : 1;
    return service.completion(instance, start, work, busy);
  }
}

/** When each slot of an instance will be free. */
class InstanceSlots {
  readonly instance: Instance;
  /** A binary heap of times. */
  private readonly times: Float64Array;

  constructor(instance: Instance) {
    this.instance = instance;
    this.times = new Float64Array(Math.max(1, instance.slots));
  }

  /** When the first slot is free, if only `usable` of them may be in use at once. */
  earliest(usable: number): number {
    if (usable >= this.times.length) return this.times[0];
    if (usable <= 0) return NEVER;
    const sorted = Float64Array.from(this.times).sort();
    return sorted[this.times.length - usable];
  }

  /** Slots still in use at `time`. */
  busyAt(time: number): number {
    let busy = 0;
    for (const free of this.times) if (free > time) busy++;
    return busy;
  }

  /** The slot that is free first works until `time`. */
  take(time: number): void {
    const { times } = this;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= times.length) break;
      if (child + 1 < times.length && times[child + 1] < times[child]) child++;
      if (times[child] >= time) break;
      times[at] = times[child];
      at = child;
    }
    times[at] = time;
  }
}

/** Instances that differ in nothing but when they are free. */
class SlotClass {
  private readonly members: readonly InstanceSlots[];
  private readonly places = new Map<InstanceSlots, number>();
  private readonly keys: Float64Array;
  private readonly tree: MinTree;

  constructor(members: readonly InstanceSlots[]) {
    this.members = members;
    members.forEach((slots, i) => this.places.set(slots, i));
    this.keys = new Float64Array(members.length);
    this.tree = new MinTree(
      this.keys,
      members.map((_, i) => i),
    );
  }

  earliest(): InstanceSlots {
    return this.members[this.tree.min];
  }

  changed(slots: InstanceSlots): void {
    const place = this.places.get(slots)!;
    this.keys[place] = slots.earliest(NEVER);
    this.tree.update(place);
  }
}

function touchedInstances(plan: FaultPlan, service: Service): Set<number> {
  const touched = new Set<number>();
  for (const { act, instances } of plan.occurrences) {
    if (act.kind === 'dependency' && act.service === service.spec.name) {
      for (const { index } of service.instances) touched.add(index);
    }
    if ('instances' in act && act.service === service.spec.name) for (const index of instances) touched.add(index);
  }
  return touched;
}
