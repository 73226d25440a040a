import { expect, it } from 'vitest';
import type { Passage } from '../../stack/passage.ts';
import { WaitingLine } from './waiting-line.ts';

const named = (name: number): Passage => ({ ticket: name }) as Passage;

it('serves who has waited longest, and passes over who has left, however many come and go', () => {
  const line = new WaitingLine();
  const places = new Map<number, number>();
  const expected: number[] = [];
  let next = 0;
  for (let round = 0; round < 500; round++) {
    for (let i = 0; i < 3; i++) {
      places.set(next, line.push(named(next)));
      expected.push(next++);
    }
    const gone = expected.splice((round * 7) % expected.length, 1)[0];
    line.leave(places.get(gone)!);
    expect(line.take()!.ticket).toBe(expected.shift());
  }
  while (expected.length > 0) expect(line.take()!.ticket).toBe(expected.shift());
  expect(line.take()).toBe(null);
});
