import { afterEach, describe, expect, it, vi } from 'vitest';
import { styleOf } from './present.ts';

afterEach(() => vi.unstubAllEnvs());

/** As Node has it: what is no terminal has no `isTTY` at all. */
function stream(isTTY: true | undefined, columns?: number): NodeJS.WriteStream {
  return { isTTY, columns } as NodeJS.WriteStream;
}

describe('the style of a report', () => {
  it('is that of the terminal: its width up to 120 columns, and colour', () => {
    vi.stubEnv('NO_COLOR', '');
    vi.stubEnv('TERM', 'xterm');
    expect(styleOf(stream(true, 90))).toEqual({ width: 90, colour: true });
    expect(styleOf(stream(true, 300))).toEqual({ width: 120, colour: true });
  });

  it.each([
    ['NO_COLOR', '1'],
    ['TERM', 'dumb'],
  ])('has no colour where %s is %s', (name, value) => {
    vi.stubEnv('NO_COLOR', '');
    vi.stubEnv(name, value);
    expect(styleOf(stream(true, 90)).colour).toBe(false);
  });

  it('is plain and 120 columns wide where there is no terminal, unless COLUMNS says otherwise', () => {
    vi.stubEnv('COLUMNS', '');
    vi.stubEnv('FORCE_COLOR', '1');
    vi.stubEnv('CI', 'true');
    expect(styleOf(stream(undefined))).toEqual({ width: 120, colour: false });
    vi.stubEnv('COLUMNS', '80');
    expect(styleOf(stream(undefined))).toEqual({ width: 80, colour: false });
  });
});
