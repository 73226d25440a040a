import { nestedPath, path } from '../../kernel/random.ts';
import { MinTree } from '../../kernel/min-tree.ts';
import { NEVER } from '../../kernel/time.ts';
import { MOST_CALLS_OF_A_STAGE } from '../../world/call-plan.ts';
import { Call } from '../../world/call.ts';
import type { Entry } from '../../world/call.ts';
import type { Instance } from '../../world/instance.ts';
import { FROM_INSTANCE, makeResult, NO_INSTANCE, REFUSED, SERVED_OK } from '../../world/result.ts';
import type { Service } from '../../world/service.ts';
import type { FaultPlan } from '../../world/faults/plan.ts';
import type { StageSpec } from '../../world/spec.ts';
import type { World } from '../../world/world.ts';

const UNSERVABLE = makeResult(REFUSED, NO_INSTANCE, FROM_INSTANCE);

/**
 * The deterministic reference: on arrival a request takes the slot with the earliest true completion; if none meets the
 * deadline it is unservable and uses no capacity. It knows every draw and scheduled fault, has all instances of the
 * world ready throughout, ignores queue limits, and assumes FIFO at the present contention. It is not an upper bound.
 *
 * Where services call services, each nested call takes the earliest slot from the moment that it is made, in the order
 * in which the requests arrived; a slot that waits for calls is held as the service holds it.
 *
 * It stands at a source's entry in the place of an edge, and ends each request at once.
 */
export class Oracle implements Entry {
  private readonly world: World;
  private readonly pools: readonly PoolSlots[];
  /** What the request at hand has taken, to be given back if it turns out to be unservable. */
  private readonly taken: { slots: InstanceSlots; time: number; before: number }[] = [];
  /** Calls that stand for nested ones while their draws are made, by depth. */
  private readonly scratch: Call[] = [];

  constructor(world: World) {
    this.world = world;
    this.pools = world.services.map((service) => new PoolSlots(service, world.plan));
  }

  begin(call: Call): void {
    const { now } = this.world.kernel;
    const service = this.world.serviceByName.get(this.world.sources[call.source].spec.to)!;
    this.taken.length = 0;
    const time = this.serve(this.pools[service.index], call, now, 0);
    if (time > call.deadlineAt || time === NEVER) {
      this.giveBack();
      call.caller!.callEnded(call, UNSERVABLE);
      return;
    }
    call.caller!.callEnded(call, SERVED_OK);
  }

  abandon(): void {
    // Nothing is under way: every request ends as it arrives.
  }

  /** When a call that is made at `at` would be answered well; takes its slots. `NEVER` if it would not be. */
  private serve(pool: PoolSlots, call: Call, at: number, depth: number): number {
    const { service } = pool;
    const { network } = this.world;
    const best = pool.best(call, at, network);
    if (best === null) return NEVER;
    const { instance } = best;
    const worked = pool.completionAt(best, call, at, network);
    const done = this.serveStages(service, instance, call, worked, depth);
    const held = service.plan === null || service.spec.holds === 'none' ? worked : done;
    if (held === NEVER) return NEVER;
    this.taken.push({ slots: best, time: held, before: best.earliest(NEVER) });
    best.take(held);
    pool.changed(best);
    const back = network === null ? 0 : network.delay(instance.zone, call.zone, call, 0, 1);
    return done + back;
  }

  /** When all stages of the service's plan are over, if they begin at `from`. */
  private serveStages(service: Service, instance: Instance, call: Call, from: number, depth: number): number {
    if (service.plan === null) return from;
    let time = from;
    service.plan.stages.forEach((stage, s) => {
      if (time === NEVER) return;
      if (s > 0) time = this.stageWork(service, instance, call, s, time);
      time = this.serveCalls(service, instance, call, stage, s, time, depth);
    });
    return time;
  }

  private stageWork(service: Service, instance: Instance, call: Call, stage: number, at: number): number {
    const work = service.plan!.stageWork(call, 0, stage);
    return work === 0 ? at : service.completion(instance, at, work, 1);
  }

  /** When enough calls of a stage have been answered. */
  private serveCalls(
    service: Service,
    instance: Instance,
    call: Call,
    stage: StageSpec,
    s: number,
    at: number,
    depth: number,
  ): number {
    if (stage.calls.length === 0) return at;
    const times: number[] = [];
    stage.calls.forEach(({ to, timeout }, place) => {
      const nested = this.nestedCall(service, instance, call, s * MOST_CALLS_OF_A_STAGE + place, to, depth);
      const time = this.serve(this.pools[this.world.serviceByName.get(to)!.index], nested, at, depth + 1);
      times.push(time - at > timeout ? NEVER : time);
    });
    times.sort((a, b) => a - b);
    // A partial answer is a wrong one, which is not served: so the oracle needs what the stage needs.
    return times[stage.need - 1];
  }

  private nestedCall(
    service: Service,
    instance: Instance,
    parent: Call,
    place: number,
    to: string,
    depth: number,
  ): Call {
    let call = this.scratch[depth];
    if (call === undefined) {
      call = new Call(-1);
      this.scratch[depth] = call;
    }
    const edge = service.plan!.edgeTo(to);
    nestedPath(parent.pathHigh, parent.pathLow, edge, place);
    call.pathHigh = path.high;
    call.pathLow = path.low;
    nestedPath(parent.sizeHigh, parent.sizeLow, edge, place);
    call.sizeHigh = path.high;
    call.sizeLow = path.low;
    call.source = parent.source;
    call.sequence = parent.sequence;
    call.client = parent.client;
    call.zone = instance.zone;
    call.demand = -0.5;
    call.workOrdinal = -1;
    return call;
  }

  private giveBack(): void {
    for (let i = this.taken.length - 1; i >= 0; i--) {
      const { slots, time, before } = this.taken[i];
      slots.undo(time, before);
      this.pools[this.poolOf(slots)].changed(slots);
    }
  }

  private poolOf(slots: InstanceSlots): number {
    return slots.pool;
  }
}

/** The slots of one service's instances. */
class PoolSlots {
  readonly service: Service;
  /** Instances alike and untouched by any fault, by slowness: within a class the earliest slot is the best. */
  private readonly classes: SlotClass[] = [];
  /** Instances that are looked at one by one. */
  private readonly special: InstanceSlots[] = [];

  constructor(service: Service, plan: FaultPlan) {
    this.service = service;
    const touched = touchedInstances(plan, service);
    // Where the way to an instance matters, its zone does: those are looked at one by one too.
    const simple = service.spec.contention === 0 && service.spec.zones.length === 0;
    const bySlowness = new Map<number, InstanceSlots[]>();
    for (const instance of service.instances.slice(0, service.spec.instances.initial)) {
      const slots = new InstanceSlots(instance, service.index);
      if (!simple || touched.has(instance.index)) this.special.push(slots);
      else bySlowness.set(instance.slowness, [...(bySlowness.get(instance.slowness) ?? []), slots]);
    }
    for (const members of bySlowness.values()) this.classes.push(new SlotClass(members));
  }

  /** The instance that would answer first; null if none would. */
  best(call: Call, at: number, network: World['network']): InstanceSlots | null {
    let best: InstanceSlots | null = null;
    let bestTime = NEVER;
    for (const kind of this.classes) {
      const slots = kind.earliest();
      const time = this.completionAt(slots, call, at, network);
      if (time < bestTime) {
        best = slots;
        bestTime = time;
      }
    }
    for (const slots of this.special) {
      const time = this.completionAt(slots, call, at, network);
      if (time < bestTime) {
        best = slots;
        bestTime = time;
      }
    }
    return best;
  }

  /** When this instance has done its own first work on a call made at `at`; `NEVER` if it would not answer it well. */
  completionAt(slots: InstanceSlots, call: Call, at: number, network: World['network']): number {
    const { service } = this;
    const { instance } = slots;
    if (service.cannotReach(call, instance)) return NEVER;
    if (service.wouldFail(call, 0, instance) || service.wouldBeWrong(call, 0, instance)) return NEVER;
    if (network !== null && network.isCut(call.zone, instance.zone)) return NEVER;
    const travel = network === null ? 0 : network.delay(call.zone, instance.zone, call, 0, 0);
    let start = Math.max(at + travel, slots.earliest(instance.slots));
    if (instance.profile !== null) start = instance.profile.upFrom(start);
    if (start === NEVER) return NEVER;
    const busy = service.spec.contention > 0 ? slots.busyAt(start) + 1 : 1;
    const work = service.workOf(call, 0) + (service.plan === null ? 0 : service.plan.stageWork(call, 0, 0));
    return service.completion(instance, start, work, busy);
  }

  /** An instance's slots have been taken or given back. */
  changed(slots: InstanceSlots): void {
    slots.kind?.changed(slots);
  }
}

/** When each slot of an instance will be free. */
class InstanceSlots {
  readonly instance: Instance;
  /** Index of its service, and its class; null if it is looked at alone. */
  readonly pool: number;
  kind: SlotClass | null = null;
  /** A binary heap of times. */
  private readonly times: Float64Array;

  constructor(instance: Instance, pool: number) {
    this.instance = instance;
    this.pool = pool;
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
    this.sink(0, time);
  }

  /** Undoes the taking of a slot until `time`, which had been free at `before`. */
  undo(time: number, before: number): void {
    const { times } = this;
    let at = times.indexOf(time);
    // Its time can only go back, so it rises.
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (times[parent] <= before) break;
      times[at] = times[parent];
      at = parent;
    }
    times[at] = before;
  }

  private sink(from: number, time: number): void {
    const { times } = this;
    let at = from;
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
    members.forEach((slots, i) => {
      slots.kind = this;
      this.places.set(slots, i);
    });
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
