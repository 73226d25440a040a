import { describe, expect, it } from 'vitest';
import type { PageState } from './link.ts';
import { fromFragment, toFragment } from './link.ts';

const STATE: PageState = {
  shipped: null,
  text: 'name: story\nduration: 5m\n'.repeat(100),
  file: 'story.yaml',
  bases: { 'base.yaml': 'name: base' },
  lanes: [
    { design: 'layered', off: ['breaker'], lag: { balancer: 500 }, cause: { limiter: true } },
    { design: 'bare', off: [], lag: {}, cause: {} },
  ],
  at: 62_500.5,
  speed: 0.01,
  request: 4711,
};

/** A fragment of anything that is JSON. */
async function fragmentOf(value: unknown): Promise<string> {
  return toFragment(value as PageState);
}

describe('a link', () => {
  it('holds the whole state', async () => {
    expect(await fromFragment(await toFragment(STATE))).toEqual(STATE);
  });

  it('is short, and of letters that an address may have', async () => {
    const fragment = await toFragment(STATE);
    expect(fragment).toMatch(/^1\.[\w-]+$/);
    expect(fragment.length).toBeLessThan(STATE.text.length / 4);
  });

  it.each([
    ['', 'not one of this page'],
    ['2.abc', 'not one of this page'],
    ['1.AAAA', 'damaged'],
    ['1.*', 'damaged'],
    [`1.${'A'.repeat(300_000)}`, 'too long'],
  ])('that is %j is refused in words', async (fragment, words) => {
    await expect(fromFragment(fragment)).rejects.toThrow(words);
  });

  it('that was cut off is refused in words', async () => {
    const fragment = await toFragment(STATE);
    await expect(fromFragment(fragment.slice(0, -20))).rejects.toThrow('cut off');
  });

  it('that unfolds to more than a megabyte is refused', async () => {
    const fragment = await fragmentOf({ text: 'x'.repeat(2_000_000) });
    expect(fragment.length).toBeLessThan(10_000);
    await expect(fromFragment(fragment)).rejects.toThrow('too large');
  });

  it('is read for what is of the right shape, and nothing else', async () => {
    const fragment = await fragmentOf({
      text: 5,
      lanes: [{ design: 'a', off: [1, 'b'], lag: { c: -1, d: 5, e: '5' }, cause: { f: 1, g: true } }, 'x', null],
      at: 'now',
      request: -3,
      extra: '<script>',
    });
    const { lanes, at, request, text, ...rest } = await fromFragment(fragment);
    expect({ lanes, at, request, text }).toEqual({
      lanes: [{ design: 'a', off: ['b'], lag: { d: 5 }, cause: { g: true } }],
      at: 0,
      request: null,
      text: '',
    });
    expect(rest).not.toHaveProperty('extra');
  });
});
