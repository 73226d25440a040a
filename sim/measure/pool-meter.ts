import { PHASE_SAMPLE } from '../kernel/event-queue.ts';
import type { Ticker } from '../kernel/ticker.ts';
import type { Service } from '../world/service.ts';
import type { World } from '../world/world.ts';
import type { Timeline } from './timeline.ts';

/** Integrals of a service over time, and counts. */
export interface PoolAreas {
  /** Slots in use, those in use for nobody, and all that there were: the ready instances', and those in use in leaving ones. */
  busy: number;
  abandoned: number;
  slots: number;
  /** Jobs waiting, and instances ready. */
  waiting: number;
  ready: number;
  /** Logical calls, and dispatches of them. */
  calls: number;
  dispatches: number;
  duplicates: number;
  lateEffects: number;
}

/** How busy each service was over the measured time, and as a timeline. */
export class PoolMeter {
  private readonly world: World;
  /** The integrals when measuring began, and when arrivals stopped. */
  private begin: PoolAreas[];
  private end: PoolAreas[] | null = null;
  private last: PoolAreas[];

  constructor(world: World, ticker: Ticker, timeline: Timeline | null) {
    this.world = world;
    this.begin = world.services.map(() => zero());
    this.last = world.services.map(() => zero());
    const { warmup, duration } = world.spec;
    if (warmup > 0) ticker.at(warmup, PHASE_SAMPLE, () => (this.begin = this.areas()));
    ticker.at(duration, PHASE_SAMPLE, () => (this.end = this.areas()));
    if (timeline !== null) ticker.every(timeline.step, timeline.step, (now) => this.sample(now, timeline));
  }

  /** Integrals of a service over [warmup, duration). */
  over(service: number): PoolAreas {
    const end = this.end ?? this.areas();
    return minus(end[service], this.begin[service]);
  }

  private areas(): PoolAreas[] {
    const { now } = this.world.kernel;
    return this.world.services.map((service) => areasOf(service, now));
  }

  private sample(now: number, timeline: Timeline): void {
    if (now > this.world.spec.duration) return;
    const areas = this.areas();
    this.world.services.forEach((service, i) => {
      const { busy, waiting, ready, dispatches } = minus(areas[i], this.last[i]);
      const at = now - timeline.step / 2;
      const { name } = service.spec;
      timeline.add(`busy:${name}`, at, busy / timeline.step);
      timeline.add(`queue:${name}`, at, waiting / timeline.step);
      timeline.add(`replicas:${name}`, at, ready / timeline.step);
      timeline.add(`wanted:${name}`, at, service.wanted);
      timeline.add(`dispatches:${name}`, at, dispatches);
    });
    this.last = areas;
  }
}

function zero(): PoolAreas {
  return {
    busy: 0,
    abandoned: 0,
    slots: 0,
    waiting: 0,
    ready: 0,
    calls: 0,
    dispatches: 0,
    duplicates: 0,
    lateEffects: 0,
  };
}

function areasOf(service: Service, now: number): PoolAreas {
  const areas = zero();
  for (const instance of service.instances) {
    instance.touch(now);
    areas.busy += instance.busyArea;
    areas.abandoned += instance.abandonedArea;
    areas.waiting += instance.loadArea - instance.busyArea;
    areas.ready += instance.readyArea;
    areas.slots += instance.readyArea * service.spec.concurrency + instance.leavingArea;
  }
  areas.calls = service.calls;
  areas.dispatches = service.dispatches;
  areas.lateEffects = service.lateEffects;
  areas.duplicates = service.duplicates;
  return areas;
}

function minus(a: PoolAreas, b: PoolAreas): PoolAreas {
  return {
    busy: a.busy - b.busy,
    abandoned: a.abandoned - b.abandoned,
    slots: a.slots - b.slots,
    waiting: a.waiting - b.waiting,
    ready: a.ready - b.ready,
    calls: a.calls - b.calls,
    dispatches: a.dispatches - b.dispatches,
    lateEffects: a.lateEffects - b.lateEffects,
    duplicates: a.duplicates - b.duplicates,
  };
}
