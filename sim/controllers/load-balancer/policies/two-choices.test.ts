import { expect, it } from 'vitest';
import { drawOf, fairRandom, ScriptedRandom } from './testing/scripted-random.ts';
import { TwoChoices } from './two-choices.ts';

it('draws two distinct indices, the second skipping over the first', () => {
  const two = new TwoChoices();
  const pairs = [0, 1, 2].map((second) => {
    two.draw(new ScriptedRandom([drawOf(1, 4), drawOf(second, 3)]), 4);
    return [two.first, two.second];
  });
  expect(pairs).toEqual([
    [1, 0],
    [1, 2],
    [1, 3],
  ]);
});

it('draws every ordered pair as often', () => {
  const two = new TwoChoices();
  const random = fairRandom('pairs');
  const counts = new Map<string, number>();
  const draws = 24_000;
  for (let i = 0; i < draws; i++) {
    two.draw(random, 4);
    const pair = `${two.first},${two.second}`;
    counts.set(pair, (counts.get(pair) ?? 0) + 1);
  }
  expect(counts.size).toBe(12);
  for (const count of counts.values()) {
    expect(Math.abs(count / draws - 1 / 12)).toBeLessThan(4 * Math.sqrt(11 / 144 / draws));
  }
});
