import { describe, expect, it } from 'vitest';
import { meets, parseExpectation } from './expectation.ts';

describe('an expectation', () => {
  it.each([
    ['success >= 99.5%', { path: ['success'], operator: '>=', value: 0.995, ofOffered: false }],
    ['killed.total >= 1%', { path: ['killed', 'total'], operator: '>=', value: 0.01, ofOffered: true }],
    ['latencyMs.p99 < 250ms', { path: ['latencyMs', 'p99'], operator: '<', value: 250, ofOffered: false }],
    ['latencyMs.p99<250', { path: ['latencyMs', 'p99'], operator: '<', value: 250, ofOffered: false }],
    ['  saved   ==   12  ', { path: ['saved'], operator: '==', value: 12, ofOffered: false }],
    ['beyond != -1.5e3', { path: ['beyond'], operator: '!=', value: -1500, ofOffered: false }],
    ['services.checkout.utilization <= 80%', { path: ['services', 'checkout', 'utilization'], value: 0.8 }],
    ['rejectedBy.rate-limiter > 0', { path: ['rejectedBy', 'rate-limiter'], operator: '>', value: 0 }],
  ])('is read: %s', (that, expected) => {
    expect(parseExpectation(that)).toMatchObject(expected);
  });

  it.each([
    ['', 'expected a figure, a comparison and a value, such as `success >= 99.5%`'],
    ['>= 3', 'expected a figure, a comparison and a value, such as `success >= 99.5%`'],
    ['3 < success', 'expected a figure, a comparison and a value, such as `success >= 99.5%`'],
    ['success', 'expected a comparison after `success`: one of >= <= > < == !='],
    ['success 3', 'expected a comparison after `success`: one of >= <= > < == !='],
    ['success > ', 'expected a value after `>`, such as 99.5%, 250ms or 12'],
    ['success => 1%', 'unknown comparison `=>`: expected one of >= <= > < == !='],
    ['success = 1%', 'unknown comparison `=`: expected one of >= <= > < == !='],
    ['success ≥ 1%', 'unknown comparison `≥`: expected one of >= <= > < == !='],
    ['success is 1%', 'unknown comparison `is`: expected one of >= <= > < == !='],
    ['success >= lots', 'expected a number, or a share such as 1%, not `lots`'],
    ['success >= 5ms', 'expected a number, or a share such as 1%, not `5ms`'],
    ['waitMs.p99 < soon', 'expected a number, a share such as 1%, or a duration such as 250ms, not `soon`'],
    ['success >= 1% and more', 'expected a number, or a share such as 1%, not `1% and more`'],
    ['success >= 0x10', 'expected a number, or a share such as 1%, not `0x10`'],
    ['success >= NaN', 'expected a number, or a share such as 1%, not `NaN`'],
  ])('is refused: %s', (that, message) => {
    expect(parseExpectation(that)).toBe(message);
  });

  it.each([
    [1, '>=', 1, true],
    [1, '>', 1, false],
    [1, '<=', 1, true],
    [1, '<', 1, false],
    [1, '==', 1, true],
    [1, '!=', 1, false],
    [NaN, '>=', 0, false],
    [NaN, '<=', 0, false],
  ] as const)('compares %d %s %d', (actual, operator, value, holds) => {
    expect(meets(actual, operator, value)).toBe(holds);
  });
});
