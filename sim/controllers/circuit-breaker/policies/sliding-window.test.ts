import { describe, expect, it } from 'vitest';
import { MILLISECOND, SECOND } from '../../../kernel/time.ts';
import { CountSlidingWindow } from './count-sliding-window.ts';
import type { SlidingWindow, WindowSnapshot } from './sliding-window.ts';
import { expectationsOf, publishedCases, unknownWord } from './testing/cases.ts';
import type { PublishedCase } from './testing/cases.ts';
import { TimeSlidingWindow } from './time-sliding-window.ts';

function windowOf({ params }: PublishedCase): SlidingWindow {
  const size = params['slidingWindowSize'] as number;
  if (params['slidingWindowType'] === 'COUNT_BASED') return new CountSlidingWindow(size);
  if (params['slidingWindowType'] === 'TIME_BASED') return new TimeSlidingWindow(SECOND, size);
  return unknownWord('slidingWindowType', params['slidingWindowType']);
}

function feed(window: SlidingWindow, input: Readonly<Record<string, unknown>>): void {
  if (input['op'] === 'snapshot') return;
  const now = (input['t_ms'] as number) * MILLISECOND;
  const duration = (input['duration_ms'] as number) * MILLISECOND;
  switch (input['outcome']) {
    case 'SUCCESS':
    case 'SLOW_SUCCESS':
      window.record(now, false, input['outcome'] === 'SLOW_SUCCESS', duration);
      return;
    case 'ERROR':
    case 'SLOW_ERROR':
      window.record(now, true, input['outcome'] === 'SLOW_ERROR', duration);
      return;
    default:
      unknownWord('outcome', input);
  }
}

function reading(snapshot: WindowSnapshot, name: string): number {
  switch (name) {
    case 'totalDuration_ms':
      return snapshot.totalDuration / MILLISECOND;
    case 'averageDuration_ms':
      return snapshot.averageDuration / MILLISECOND;
    default:
      return name in snapshot ? snapshot[name as keyof WindowSnapshot] : unknownWord('metric', name);
  }
}

/** A rate is a float32 in the product, printed with as many digits as it needs. */
function asWritten(name: string, value: number): number {
  return name.endsWith('Rate') ? Math.fround(value) : value;
}

describe('sliding windows run the published cases of Resilience4j', () => {
  it.each(publishedCases('resilience4j-slidingwindow'))('$case', (published) => {
    const window = windowOf(published);
    const expectations = expectationsOf(published);
    published.inputs.forEach((input, i) => {
      feed(window, input);
      const snapshot = window.snapshot((input['t_ms'] as number) * MILLISECOND);
      for (const [name, value] of Object.entries(expectations[i] ?? {})) {
        expect(reading(snapshot, name), `${name} after input ${i}`).toBe(asWritten(name, value as number));
      }
    });
  });
});

describe('rates', () => {
  it('are float32 percentages', () => {
    const window = new CountSlidingWindow(3);
    window.record(0, true, false, 0);
    window.record(0, false, true, 0);
    window.record(0, false, true, 0);
    expect(window.failureRate()).toBe(Math.fround(33.333332));
    expect(window.slowCallRate()).toBe(Math.fround(66.666664));
  });

  it('are 0 without any calls', () => {
    const window = new CountSlidingWindow(3);
    expect([window.failureRate(), window.slowCallRate(), window.snapshot(0).averageDuration]).toEqual([0, 0, 0]);
  });
});
