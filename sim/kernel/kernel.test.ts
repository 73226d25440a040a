import { describe, expect, it } from 'vitest';
import { PHASE_ANSWER, PHASE_ARRIVAL, PHASE_SAMPLE, PHASE_TIMER, PHASE_WORLD } from './event-queue.ts';
import { Kernel, MAX_ENTITIES, MAX_HANDLERS } from './kernel.ts';
import type { Handler } from './kernel.ts';
import { MAX_TIME, NEVER } from './time.ts';

/** Writes down when it was called, for whom. */
class Log implements Handler {
  readonly lines: string[] = [];
  private readonly kernel: Kernel;
  private readonly name: string;
  private readonly next: (id: number) => void;

  constructor(kernel: Kernel, name: string, lines: string[] = [], next: (id: number) => void = () => {}) {
    this.kernel = kernel;
    this.name = name;
    this.lines = lines;
    this.next = next;
  }

  handle(id: number): void {
    this.lines.push(`${this.kernel.now} ${this.name} ${id}`);
    this.next(id);
  }
}

describe('Kernel', () => {
  it('hands each event to its handler, in order of time', () => {
    const kernel = new Kernel();
    const lines: string[] = [];
    const a = kernel.register(new Log(kernel, 'a', lines));
    const b = kernel.register(new Log(kernel, 'b', lines));
    kernel.scheduleAt(30, PHASE_TIMER, a, 1);
    kernel.schedule(kernel.lane(20, PHASE_TIMER), 20, b, 2);
    kernel.schedule(kernel.sequence(PHASE_ARRIVAL), 10, a, 3);
    expect(kernel.pending).toBe(3);
    kernel.advance(100);
    expect(lines).toEqual(['10 a 3', '20 b 2', '30 a 1']);
    expect(kernel.handled).toBe(3);
    expect(kernel.pending).toBe(0);
  });

  it('at one instant lets the world change, answers arrive, timers fire and samples be taken before work arrives', () => {
    const kernel = new Kernel();
    const lines: string[] = [];
    const phases = { arrival: PHASE_ARRIVAL, sample: PHASE_SAMPLE, timer: PHASE_TIMER, answer: PHASE_ANSWER } as const;
    for (const [name, phase] of Object.entries(phases)) {
      const code = kernel.register(new Log(kernel, name, lines));
      kernel.schedule(kernel.lane(5, phase), 5, code, 1);
      kernel.scheduleAt(5, phase, code, 2);
    }
    kernel.scheduleAt(5, PHASE_WORLD, kernel.register(new Log(kernel, 'world', lines)), 1);
    kernel.advance(5);
    expect(lines.map((line) => line.split(' ')[1])).toEqual([
      'world',
      'answer',
      'answer',
      'timer',
      'timer',
      'sample',
      'sample',
      'arrival',
      'arrival',
    ]);
  });

  it('keeps ties of one phase in the order of scheduling, across lanes and heap', () => {
    const kernel = new Kernel();
    const log = new Log(kernel, 'x');
    const code = kernel.register(log);
    kernel.schedule(kernel.lane(5, PHASE_TIMER), 5, code, 1);
    kernel.scheduleAt(5, PHASE_TIMER, code, 2);
    kernel.schedule(kernel.sequence(PHASE_TIMER), 5, code, 3);
    kernel.schedule(kernel.lane(5, PHASE_TIMER), 5, code, 4);
    kernel.advance(5);
    expect(log.lines).toEqual(['5 x 1', '5 x 2', '5 x 3', '5 x 4']);
  });

  it('handles what is scheduled meanwhile, at the same instant too', () => {
    const kernel = new Kernel();
    const log: Log = new Log(kernel, 'x', [], (id) => {
      if (id < 3) kernel.scheduleAt(kernel.now, PHASE_TIMER, 0, id + 1);
      else if (id < 5) kernel.schedule(kernel.lane(10, PHASE_TIMER), kernel.now + 10, 0, id + 1);
    });
    kernel.register(log);
    kernel.scheduleAt(7, PHASE_TIMER, 0, 1);
    kernel.advance(17);
    expect(log.lines).toEqual(['7 x 1', '7 x 2', '7 x 3', '17 x 4']);
    expect(kernel.nextTime()).toBe(27);
  });

  it('ends at the time that it was asked for, and handles what is due exactly then', () => {
    const kernel = new Kernel();
    const log = new Log(kernel, 'x');
    const code = kernel.register(log);
    kernel.scheduleAt(50, PHASE_TIMER, code, 1);
    kernel.scheduleAt(51, PHASE_TIMER, code, 2);
    kernel.advance(50);
    expect(log.lines).toEqual(['50 x 1']);
    expect(kernel.now).toBe(50);
    kernel.advance(50.5);
    expect(kernel.now).toBe(50.5);
    kernel.advance(20);
    expect(kernel.now).toBe(50.5);
  });

  it('refuses an event in its past, on a lane as on the heap', () => {
    const kernel = new Kernel();
    const code = kernel.register(new Log(kernel, 'x'));
    kernel.advance(100);
    expect(() => kernel.scheduleAt(99, PHASE_TIMER, code, 1)).toThrow('event at 99, in the past of 100');
    expect(() => kernel.scheduleAt(NaN, PHASE_TIMER, code, 1)).toThrow(RangeError);
    expect(() => kernel.schedule(kernel.sequence(PHASE_TIMER), 99, code, 1)).toThrow('event at 99, in the past of 100');
    expect(() => kernel.schedule(kernel.lane(5, PHASE_TIMER), NaN, code, 1)).toThrow(RangeError);
    kernel.scheduleAt(100, PHASE_TIMER, code, 1);
    kernel.schedule(kernel.sequence(PHASE_TIMER), 100, code, 1);
    expect(kernel.pending).toBe(2);
  });

  it('refuses times on one lane that go back', () => {
    const kernel = new Kernel();
    const lane = kernel.sequence(PHASE_ARRIVAL);
    kernel.schedule(lane, 10, 0, 1);
    expect(() => kernel.schedule(lane, 9, 0, 2)).toThrow(RangeError);
  });

  it('gives one lane to each delay and phase, and a new one to each sequence', () => {
    const kernel = new Kernel();
    expect(kernel.lane(5, PHASE_TIMER)).toBe(kernel.lane(5, PHASE_TIMER));
    expect(kernel.lane(5, PHASE_TIMER)).not.toBe(kernel.lane(6, PHASE_TIMER));
    expect(kernel.lane(5, PHASE_TIMER)).not.toBe(kernel.lane(5, PHASE_ANSWER));
    expect(kernel.sequence(PHASE_ARRIVAL)).not.toBe(kernel.sequence(PHASE_ARRIVAL));
  });

  it('does not queue what never comes', () => {
    const kernel = new Kernel();
    kernel.scheduleAt(NEVER, PHASE_TIMER, 0, 1);
    kernel.schedule(kernel.sequence(PHASE_TIMER), NEVER, 0, 1);
    expect(kernel.pending).toBe(0);
    expect(kernel.nextTime()).toBe(NEVER);
  });

  it('runs up to the end of its clock and no further', () => {
    const kernel = new Kernel();
    const log = new Log(kernel, 'x');
    kernel.scheduleAt(MAX_TIME, PHASE_TIMER, kernel.register(log), 1);
    expect(() => kernel.advance(MAX_TIME + 1)).toThrow('beyond the clock');
    expect(() => kernel.advance(Infinity)).toThrow(RangeError);
    expect(() => kernel.advance(NaN)).toThrow(RangeError);
    expect(log.lines).toEqual([]);
    kernel.advance(MAX_TIME);
    expect(log.lines).toEqual(['9007199254740991 x 1']);
  });

  it('tells all handlers and all entities apart, up to the last', () => {
    const kernel = new Kernel();
    const lines: string[] = [];
    for (let i = 0; i < MAX_HANDLERS; i++) {
      const code = kernel.register(new Log(kernel, `h${i}`, lines));
      kernel.schedule(kernel.lane(i, PHASE_TIMER), i, code, MAX_ENTITIES - 1 - i);
    }
    expect(() => kernel.register(new Log(kernel, 'one more'))).toThrow(`more than ${MAX_HANDLERS} handlers`);
    kernel.advance(MAX_HANDLERS);
    expect(lines[0]).toBe(`0 h0 ${MAX_ENTITIES - 1}`);
    expect(lines.at(-1)).toBe(`${MAX_HANDLERS - 1} h${MAX_HANDLERS - 1} ${MAX_ENTITIES - MAX_HANDLERS}`);
  });

  it('tells frequent handlers from the others, and more of them than have places', () => {
    const kernel = new Kernel();
    const lines: string[] = [];
    for (let i = 0; i < 8; i++) {
      const log = new Log(kernel, `h${i}`, lines);
      const code = i % 4 === 3 ? kernel.register(log) : kernel.registerFrequent(log);
      kernel.scheduleAt(i, PHASE_TIMER, code, i);
    }
    kernel.advance(8);
    expect(lines).toEqual(Array.from({ length: 8 }, (_, i) => `${i} h${i} ${i}`));
  });
});
