import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventQueue, PHASE_ANSWER, PHASE_ARRIVAL, PHASE_SAMPLE, PHASE_TIMER, PHASE_WORLD } from './event-queue.ts';
import type { Lane, Phase } from './event-queue.ts';
import { SortedQueue } from './testing/sorted-queue.ts';
import { NEVER } from './time.ts';

/** Delays are small, so that ties within and across lanes, phases and the heap are common. */
const action = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('lane' as const), lane: fc.nat(1000) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('heap' as const),
      delay: fc.oneof(fc.nat(12), fc.constant(NEVER)),
      phase: fc.integer({ min: 0, max: 4 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('pop' as const), within: fc.oneof(fc.nat(6), fc.constant(Infinity)) }),
  },
);

const laneKind = fc.record({ delay: fc.nat(8), phase: fc.integer({ min: 0, max: 4 }) });

/** Runs a queue and its oracle side by side. */
class Pair {
  readonly queue = new EventQueue();
  readonly oracle = new SortedQueue();
  private readonly lanes: { lane: Lane; delay: number; phase: number }[] = [];
  private event = 0;

  addLane(delay: number, phase: number): void {
    this.lanes.push({ lane: this.queue.addLane(phase as Phase), delay, phase });
  }

  pushOnLane(index: number): void {
    if (this.lanes.length === 0) return;
    const { lane, delay, phase } = this.lanes[index % this.lanes.length];
    const time = this.queue.time + delay;
    this.queue.pushInOrder(lane, time, this.event);
    this.oracle.push(time, phase, this.event++);
  }

  pushOnHeap(delay: number, phase: number): void {
    this.queue.push(this.queue.time + delay, phase as Phase, this.event);
    this.oracle.push(this.queue.time + delay, phase, this.event++);
  }

  pop(until: number): boolean {
    const next = this.oracle.nextTime();
    expect(this.queue.nextTime()).toBe(next);
    const popped = this.queue.pop(until);
    expect(popped).toBe(this.oracle.pop(until));
    expect(this.queue.size).toBe(this.oracle.size);
    if (!popped) {
      expect(next === NEVER || next > until).toBe(true);
      return false;
    }
    expect(this.queue.time).toBeLessThanOrEqual(until);
    expect([this.queue.time, this.queue.event]).toEqual([this.oracle.time, this.oracle.event]);
    return true;
  }

  drain(): void {
    while (this.pop(Infinity));
    expect(this.queue.size).toBe(0);
  }
}

describe('EventQueue', () => {
  it.each([0, 3, 8, 9, 40])('pops in the order of (time, phase, first pushed) with %i lanes', (count) => {
    fc.assert(
      fc.property(
        fc.array(laneKind, { minLength: count, maxLength: count }),
        fc.array(action, { maxLength: 300, size: 'max' }),
        (kinds, actions) => {
          const pair = new Pair();
          for (const { delay, phase } of kinds) pair.addLane(delay, phase);
          for (const step of actions) {
            if (step.kind === 'lane') pair.pushOnLane(step.lane);
            else if (step.kind === 'heap') pair.pushOnHeap(step.delay, step.phase);
            else pair.pop(pair.queue.time + step.within);
          }
          pair.drain();
        },
      ),
      { numRuns: 60, seed: 1 },
    );
  });

  it('takes up lanes that are added while others hold events', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(action, fc.record({ kind: fc.constant('add' as const), like: laneKind })), {
          maxLength: 150,
          size: 'max',
        }),
        (actions) => {
          const pair = new Pair();
          for (const step of actions) {
            if (step.kind === 'add') pair.addLane(step.like.delay, step.like.phase);
            else if (step.kind === 'lane') pair.pushOnLane(step.lane);
            else if (step.kind === 'heap') pair.pushOnHeap(step.delay, step.phase);
            else pair.pop(pair.queue.time + step.within);
          }
          pair.drain();
        },
      ),
      { numRuns: 60, seed: 2 },
    );
  });

  it('keeps the order while a lane grows with its head in the middle of the ring', () => {
    const pair = new Pair();
    pair.addLane(5, PHASE_TIMER);
    for (let round = 0; round < 30; round++) {
      for (let i = 0; i < 40; i++) pair.pushOnLane(0);
      for (let i = 0; i < 13; i++) pair.pop(Infinity);
    }
    expect(pair.queue.size).toBe(30 * 27);
    pair.drain();
  });

  it('keeps the order while the heap grows', () => {
    const pair = new Pair();
    for (let i = 0; i < 300; i++) pair.pushOnHeap((i * 7919) % 101, i % 5);
    for (let i = 0; i < 100; i++) pair.pop(Infinity);
    for (let i = 0; i < 300; i++) pair.pushOnHeap((i * 6007) % 103, i % 5);
    pair.drain();
  });

  it('pops the world first, then answers, timers, samples and arrivals of one instant', () => {
    const queue = new EventQueue();
    const phases = [PHASE_ARRIVAL, PHASE_SAMPLE, PHASE_TIMER, PHASE_ANSWER, PHASE_WORLD] as const;
    for (const phase of phases) queue.push(10, phase, phase);
    for (const phase of phases) queue.pushInOrder(queue.addLane(phase), 10, 10 + phase);
    const order: number[] = [];
    while (queue.pop(10)) order.push(queue.event);
    expect(order).toEqual([0, 10, 1, 11, 2, 12, 3, 13, 4, 14]);
  });

  it('leaves what is later than `until`', () => {
    const queue = new EventQueue();
    queue.push(10, PHASE_TIMER, 1);
    queue.pushInOrder(queue.addLane(PHASE_TIMER), 11, 2);
    expect(queue.pop(9)).toBe(false);
    expect(queue.pop(10)).toBe(true);
    expect(queue.pop(10)).toBe(false);
    expect(queue.size).toBe(1);
    expect(queue.nextTime()).toBe(11);
  });

  it('has no next time, and pops nothing, when it is empty', () => {
    const queue = new EventQueue();
    expect(queue.nextTime()).toBe(NEVER);
    expect(queue.pop(Infinity)).toBe(false);
    queue.addLane(PHASE_TIMER);
    expect(queue.pop(Infinity)).toBe(false);
  });

  it('does not queue what never comes', () => {
    const queue = new EventQueue();
    const lane = queue.addLane(PHASE_TIMER);
    queue.push(NEVER, PHASE_TIMER, 1);
    queue.pushInOrder(lane, NEVER, 2);
    expect(queue.size).toBe(0);
    queue.pushInOrder(lane, 3, 3);
    expect(queue.nextTime()).toBe(3);
  });

  it('refuses a push backwards on a lane', () => {
    const queue = new EventQueue();
    const lane = queue.addLane(PHASE_TIMER);
    queue.pushInOrder(lane, 7, 1);
    expect(() => queue.pushInOrder(lane, 6, 2)).toThrow(RangeError);
    expect(() => queue.pushInOrder(lane, NaN, 2)).toThrow(RangeError);
    queue.pop(Infinity);
    expect(() => queue.pushInOrder(lane, 6, 2)).toThrow('lane 0: 6 pushed after 7');
    queue.pushInOrder(lane, 7, 3);
    expect(queue.size).toBe(1);
  });
});
