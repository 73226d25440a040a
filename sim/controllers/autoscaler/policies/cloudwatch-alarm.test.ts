import { describe, expect, it } from 'vitest';
import { CloudWatchAlarm } from './cloudwatch-alarm.ts';

const actions = (alarm: CloudWatchAlarm, points: readonly number[]) => points.map((point) => alarm.observe(point));

describe('an alarm', () => {
  it('acts from the last of its periods in breach on, every period until one is not', () => {
    const alarm = new CloudWatchAlarm('>', 50, 3);
    expect(actions(alarm, [51, 60, 70, 80, 50, 51])).toEqual([false, false, true, true, false, false]);
  });

  it('compares as it is told to at the threshold itself', () => {
    expect(new CloudWatchAlarm('>', 50, 1).observe(50)).toBe(false);
    expect(new CloudWatchAlarm('>=', 50, 1).observe(50)).toBe(true);
    expect(new CloudWatchAlarm('<', 50, 1).observe(50)).toBe(false);
    expect(new CloudWatchAlarm('<=', 50, 1).observe(50)).toBe(true);
  });

  it('takes no action on a missing data point, and forgets nothing for it', () => {
    const alarm = new CloudWatchAlarm('<', 50, 2);
    expect(actions(alarm, [10, NaN, 10, NaN, 10, 60])).toEqual([false, false, true, false, true, false]);
  });
});
