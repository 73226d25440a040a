import { LoadBalancerLayer } from '../controllers/load-balancer/layer.ts';
import { RateLimiterLayer } from '../controllers/rate-limiter/layer.ts';
import { ConcurrencyLimit } from '../controllers/rate-limiter/policies/concurrency-limit.ts';
import { RetryLayer } from '../controllers/retry/layer.ts';
import { SECOND } from '../kernel/time.ts';
import type { Pool, Pooled } from '../kernel/pool.ts';
import type { Simulation } from '../scenario/simulation.ts';
import type { Edge } from '../stack/edge.ts';
import type { Layer } from '../stack/layer.ts';
import type { Passage } from '../stack/passage.ts';
import type { Call } from '../world/call.ts';
import type { Instance } from '../world/instance.ts';
import { CANCELLED_IN_QUEUE } from '../world/job.ts';
import type { Job } from '../world/job.ts';
import type { Service } from '../world/service.ts';

/**
 * Watches a simulation from outside while it runs, and writes down whatever breaks a rule that every run must keep:
 * passages that end twice, objects that are given back twice, counters that disagree with what they count.
 */
export class Watch {
  /** What was found wrong; the first few, so that a failure can be read. */
  readonly broken: string[] = [];
  /** Passages begun and ended, over all edges. */
  begun = 0;
  ended = 0;
  readonly services: readonly ServiceWatch[];
  private readonly simulation: Simulation;
  private readonly open = new Set<Passage>();

  constructor(simulation: Simulation) {
    this.simulation = simulation;
    const { edges, world } = simulation;
    for (const edge of edges) this.watchEdge(edge);
    this.watchPool(passagesOf(simulation), 'passage');
    this.watchPool(world.calls, 'call');
    this.watchPool(world.jobs, 'job');
    this.services = world.services.map(
      (service) =>
        new ServiceWatch(
          service,
          () => world.kernel.now,
          (problem) => this.report(problem),
        ),
    );
  }

  report(problem: string): void {
    if (this.broken.length < 10) this.broken.push(`${problem} at ${this.simulation.now} ns`);
  }

  /** Every passage ends once: by `finish`, or given up from outside. */
  private watchEdge(edge: Edge): void {
    const open = edge['open'].bind(edge);
    edge['open'] = (call, place) => {
      const passage = open(call, place);
      if (this.open.has(passage)) this.report(`passage ${passage.id} is handed out while it is in use`);
      this.open.add(passage);
      this.begun++;
      return passage;
    };
    const finish = edge.finish.bind(edge);
    edge.finish = (passage, result) => {
      this.ends(passage, 'finished');
      finish(passage, result);
    };
    const giveUp = edge['giveUp'].bind(edge);
    edge['giveUp'] = (passage, result) => {
      this.ends(passage, 'given up');
      giveUp(passage, result);
    };
  }

  private ends(passage: Passage, how: string): void {
    if (!this.open.delete(passage)) this.report(`a passage of place ${passage.place} is ${how} after its end`);
    this.ended++;
  }

  private watchPool<T extends Pooled>(pool: Pool<T>, what: string): void {
    const used = new Set<T>();
    const take = pool.take.bind(pool);
    const give = pool.give.bind(pool);
    pool.take = () => {
      const item = take();
      if (used.has(item)) this.report(`${what} ${item.id} is handed out while it is in use`);
      used.add(item);
      return item;
    };
    pool.give = (item) => {
      if (!used.delete(item)) this.report(`${what} ${item.id} is given back twice`);
      give(item);
    };
  }

  /**
   * Lets the work that nobody awaits any more come to its end, and says what is then left behind: nothing should be.
   * To be called when the run is over.
   */
  leftovers(): string[] {
    const { simulation } = this;
    const { kernel, jobs, calls } = simulation.world;
    for (let i = 0; i < 1000 && jobs.live + calls.live > 0; i++) kernel.advance(kernel.now + 10 * SECOND);
    const left: string[] = [];
    const note = (what: string, count: number): void => {
      if (count !== 0) left.push(`${what}: ${count}`);
    };
    note('jobs', jobs.live);
    note('calls', calls.live);
    note('passages', passagesOf(simulation).live);
    note('passages begun but not ended', this.open.size);
    for (const { spec, instances } of simulation.world.services) {
      for (const { aside, busy, busyAbandoned, index, queue, running, waiting } of instances) {
        const name = `${spec.name}[${index}]`;
        note(`${name} busy`, busy);
        note(`${name} busy for nobody`, busyAbandoned);
        note(`${name} waiting`, waiting);
        note(`${name} in its queue`, queue.length);
        note(`${name} running`, running.length);
        note(`${name} waiting for calls without a slot`, aside.length);
      }
    }
    for (const edge of simulation.edges) for (const layer of edge.layers) left.push(...leftIn(layer, kernel.now));
    return left;
  }
}

/** What a layer still holds of attempts that have all ended. */
function leftIn(layer: Layer, now: number): string[] {
  const { name } = layer.identity;
  const left: string[] = [];
  if (layer instanceof LoadBalancerLayer) {
    for (const balancer of layer['balancers']) {
      balancer['inFlight'].forEach((count, host) => {
        if (count !== 0) left.push(`${name} counts ${count} in flight on ${host}`);
      });
    }
  }
  if (layer instanceof RateLimiterLayer) {
    for (const limiter of layer['copies'].made.flatMap((copy) => copy?.limiters ?? [])) {
      if (limiter instanceof ConcurrencyLimit && limiter.used() !== 0) left.push(`${name} counts slots in use`);
    }
  }
  if (layer instanceof RetryLayer) {
    if (layer['memories'].live !== 0) left.push(`${name} remembers ${layer['memories'].live} calls`);
    for (const copy of layer['copies'].made) {
      const budget = copy?.budget ?? null;
      const outstanding = (budget as { outstanding?: number } | null)?.outstanding ?? 0;
      const active = (budget as { active?: number } | null)?.active ?? 0;
      if (outstanding !== 0) left.push(`the budget of ${name} counts ${outstanding} retries outstanding`);
      if (active !== 0) left.push(`the budget of ${name} counts ${active} attempts active`);
      const granted = budget?.left(now) ?? 0;
      if (!(granted >= 0 && granted <= 1)) left.push(`the budget of ${name} has ${granted} left`);
    }
  }
  return left;
}

export function passagesOf(simulation: Simulation): Pool<Passage> {
  return simulation.edges[0]['passages'];
}

/**
 * Counts a service's jobs by looking at them, change by change: their sojourns for Little's law, and whether the
 * instance's own counters say the same.
 */
export class ServiceWatch {
  /** Sum of the times that jobs spent in the service, and the integral of their number: equal by Little's law. */
  sojourns = 0;
  loadArea = 0;
  private readonly service: Service;
  private readonly now: () => number;
  private readonly report: (problem: string) => void;
  /** By instance, the jobs that were in it at the last change, and since when. */
  private readonly present: Map<Job, number>[];
  private readonly changedAt: number[];

  constructor(service: Service, now: () => number, report: (problem: string) => void) {
    this.service = service;
    this.now = now;
    this.report = report;
    this.present = service.instances.map(() => new Map());
    this.changedAt = service.instances.map(() => 0);
    service.loadWatchers.push(this);
  }

  loadChanged(instance: Instance): void {
    const now = this.now();
    const { index } = instance;
    const present = this.present[index];
    this.loadArea += present.size * (now - this.changedAt[index]);
    this.changedAt[index] = now;
    const jobs = jobsIn(instance);
    for (const [job, since] of present) {
      if (jobs.has(job) && job.enqueuedAt === since) continue;
      present.delete(job);
      this.sojourns += now - since;
    }
    for (const job of jobs) if (!present.has(job)) present.set(job, job.enqueuedAt);
    this.check(instance);
  }

  private check(instance: Instance): void {
    const { busy, busyAbandoned, running, slots, state, waiting } = instance;
    const name = `${this.service.spec.name}[${instance.index}]`;
    const abandoned = running.filter((job) => job.awaiter === null).length;
    let queued = 0;
    for (let i = 0; i < instance.queue.length; i++) {
      if (instance.queue.at(i).state !== CANCELLED_IN_QUEUE) queued++;
    }
    if (busy !== running.length) this.report(`${name} says ${busy} busy, ${running.length} are running`);
    if (busyAbandoned !== abandoned) this.report(`${name} says ${busyAbandoned} abandoned, ${abandoned} are`);
    if (waiting !== queued) this.report(`${name} says ${waiting} wait, ${queued} are queued`);
    if (waiting > this.service.spec.queue.limit) this.report(`${name}: ${waiting} wait, beyond its limit`);
    if (waiting > 0 && busy < slots && state !== 4) this.report(`${name} has a free slot and ${waiting} that wait`);
    if (running.some((job) => job.instance !== instance.index)) this.report(`${name} runs another instance's job`);
  }

  /** The difference between the two sides of Little's law, over all that has left: exact up to rounding. */
  imbalance(): number {
    const now = this.now();
    let { loadArea, sojourns } = this;
    this.present.forEach((jobs, index) => {
      loadArea += jobs.size * (now - this.changedAt[index]);
      for (const since of jobs.values()) sojourns += now - since;
    });
    return loadArea - sojourns;
  }

  /** The integral of the load that the instances keep themselves, up to now. */
  ownLoadArea(): number {
    let area = 0;
    for (const instance of this.service.instances) {
      instance.touch(this.now());
      area += instance.loadArea;
    }
    return area;
  }
}

function jobsIn(instance: Instance): Set<Job> {
  const jobs = new Set<Job>(instance.running);
  for (let i = 0; i < instance.queue.length; i++) {
    const job = instance.queue.at(i);
    if (job.state !== CANCELLED_IN_QUEUE) jobs.add(job);
  }
  return jobs;
}

/** Follows every call of a run, nested ones too: each ends once, at its caller, while that still waits for it. */
export class CallWatch {
  begun = 0;
  ended = 0;
  private readonly open = new Map<Call, number>();
  private readonly found: string[] = [];
  private readonly simulation: Simulation;

  constructor(simulation: Simulation) {
    this.simulation = simulation;
    const { calls } = simulation.world;
    for (const edge of simulation.edges) {
      const begin = edge.begin.bind(edge);
      edge.begin = (call) => {
        this.begun++;
        if (this.open.has(call)) this.note(`call ${call.id} begins twice`);
        if (call.deadlineAt < call.arrivedAt) this.note(`call ${call.id} has a deadline before it began`);
        this.open.set(call, simulation.now);
        begin(call);
      };
    }
    // A call is given back once it has ended and no job of it is left.
    const give = calls.give.bind(calls);
    calls.give = (call) => {
      const since = this.open.get(call);
      if (since !== undefined) {
        this.ended++;
        if (!(simulation.now >= since)) this.note(`call ${call.id} ends before it began`);
        if (!call.ended) this.note(`call ${call.id} is given back before its end`);
        if (call.passage >= 0) this.note(`call ${call.id} ends while an attempt of it is open`);
      }
      this.open.delete(call);
      give(call);
    };
  }

  private note(problem: string): void {
    if (this.found.length < 5) this.found.push(`${problem} at ${this.simulation.now} ns`);
  }

  /** What was wrong; to be asked when all work is done. */
  problems(): string[] {
    const open = this.open.size === 0 ? [] : [`${this.open.size} calls have not ended`];
    const counted = this.simulation.world.services.reduce((sum, { calls }) => sum + calls, 0);
    const sums = counted === this.begun ? [] : [`services count ${counted} calls, ${this.begun} were begun`];
    return [...this.found, ...open, ...sums];
  }
}
