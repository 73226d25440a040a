import { describe, expect, it } from 'vitest';
import { Pool } from './pool.ts';

describe('Pool', () => {
  it('numbers its objects in the order of their making', () => {
    const pool = new Pool((id) => ({ id }));
    expect([pool.take().id, pool.take().id, pool.take().id]).toEqual([0, 1, 2]);
    expect(pool.live).toBe(3);
  });

  it('makes a new object only when none is free', () => {
    let made = 0;
    const pool = new Pool((id) => ({ id, number: made++ }));
    const [first, second] = [pool.take(), pool.take()];
    pool.give(first);
    expect(pool.live).toBe(1);
    expect(pool.take()).toBe(first);
    pool.give(second);
    pool.give(first);
    expect(pool.live).toBe(0);
    expect(new Set([pool.take(), pool.take()])).toEqual(new Set([first, second]));
    expect(pool.take().id).toBe(2);
    expect(made).toBe(3);
  });

  it('finds every object by its id', () => {
    const pool = new Pool((id) => ({ id }));
    const item = pool.take();
    expect(pool.items[item.id]).toBe(item);
  });
});
