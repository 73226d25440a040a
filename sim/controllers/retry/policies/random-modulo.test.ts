import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { randomModulo } from './random-modulo.ts';

const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

test.prop([word, word, fc.integer({ min: 1, max: 9e7 })])('is the remainder of the 64 bits', (high, low, n) => {
  const bits = (BigInt(high >>> 0) << 32n) + BigInt(low >>> 0);
  expect(randomModulo({ high, low, next() {} }, n)).toBe(Number(bits % BigInt(n)));
});
