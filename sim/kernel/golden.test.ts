import { describe, expect, it } from 'vitest';
import { drawsGolden, mathGolden } from './testing/golden.ts';

describe('golden bits', () => {
  it('gives the elementary functions the same bits as ever', () => {
    expect(mathGolden()).toBe('a3f7474da10f61fb');
  });

  it('gives draws, distributions and event order the same bits as ever', () => {
    expect(drawsGolden()).toBe('493489a368cb3dae');
  });
});
