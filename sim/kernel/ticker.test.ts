import { describe, expect, it } from 'vitest';
import { PHASE_ARRIVAL, PHASE_TIMER } from './event-queue.ts';
import { Kernel } from './kernel.ts';
import { Ticker } from './ticker.ts';
import { NEVER } from './time.ts';

describe('Ticker', () => {
  it('acts at its first time and then every period', () => {
    const kernel = new Kernel();
    const ticker = new Ticker(kernel);
    const log: string[] = [];
    ticker.every(10, 3, (now) => log.push(`a ${now}`));
    ticker.every(7, 0, (now) => log.push(`b ${now}`));
    kernel.advance(23);
    expect(log).toEqual(['b 0', 'a 3', 'b 7', 'a 13', 'b 14', 'b 21', 'a 23']);
  });

  it('acts after the timers and before the arrivals of the same instant', () => {
    const kernel = new Kernel();
    const ticker = new Ticker(kernel);
    const log: string[] = [];
    const code = kernel.register({ handle: (id) => log.push(id === 1 ? 'timer' : 'arrival') });
    kernel.scheduleAt(5, PHASE_ARRIVAL, code, 2);
    kernel.scheduleAt(5, PHASE_TIMER, code, 1);
    ticker.every(5, 5, () => log.push('tick'));
    kernel.advance(5);
    expect(log).toEqual(['timer', 'tick', 'arrival']);
  });

  it('can begin while the simulation runs, but not in the past', () => {
    const kernel = new Kernel();
    const ticker = new Ticker(kernel);
    kernel.advance(100);
    const times: number[] = [];
    expect(() => ticker.every(10, 99, (now) => times.push(now))).toThrow(RangeError);
    ticker.every(10, 100, (now) => times.push(now));
    kernel.advance(120);
    expect(times).toEqual([100, 110, 120]);
  });

  it('refuses a period without meaning', () => {
    const ticker = new Ticker(new Kernel());
    for (const period of [0, -1, NaN, NEVER]) expect(() => ticker.every(period, 0, () => {})).toThrow(RangeError);
  });
});
