import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HealthCountsStream } from './hystrix-health-counts.ts';
import { someResults } from './testing/results.ts';

describe('the stream of health counts', () => {
  it('shows a result only when its bucket is full', () => {
    const stream = new HealthCountsStream(30, 10, 0);
    stream.add(true);
    expect(stream.totalRequests).toBe(0);
    stream.publish();
    expect([stream.totalRequests, stream.errorCount, stream.nextSnapshotAt]).toEqual([1, 1, 20]);
  });

  it('cuts the percentage', () => {
    const stream = new HealthCountsStream(10, 10, 0);
    for (let n = 0; n < 8; n += 1) stream.add(n < 3);
    stream.publish();
    expect(stream.errorPercentage).toBe(37);
  });

  it('has as many buckets as whole intervals fit into the window', () => {
    const stream = new HealthCountsStream(39, 10, 0);
    stream.add(true);
    for (let n = 0; n < 3; n += 1) stream.publish();
    expect(stream.totalRequests).toBe(1);
    stream.publish();
    expect(stream.totalRequests).toBe(0);
  });

  it('passes over empty sums without losing its rhythm', () => {
    const stream = new HealthCountsStream(30, 10, 3);
    expect(stream.skipEmpty(12)).toBe(true);
    expect(stream.nextSnapshotAt).toBe(13);
    expect(stream.skipEmpty(13)).toBe(true);
    expect(stream.nextSnapshotAt).toBe(23);
    expect(stream.skipEmpty(1e9 + 4)).toBe(true);
    expect(stream.nextSnapshotAt).toBe(1e9 + 13);
    stream.add(false);
    expect(stream.skipEmpty(2e9)).toBe(false);
  });

  it('counts its buckets from where it begins anew', () => {
    const stream = new HealthCountsStream(30, 10, 0);
    stream.add(true);
    stream.publish();
    stream.reset(14);
    expect([stream.totalRequests, stream.errorPercentage, stream.nextSnapshotAt]).toEqual([0, 0, 24]);
  });

  it('publishes what the full history holds of the last full buckets', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 5 }),
        someResults(),
        (interval, buckets, results) => {
          const stream = new HealthCountsStream(interval * buckets, interval, 0);
          results.forEach((result, i) => {
            while (stream.nextSnapshotAt <= result.at) {
              const end = stream.nextSnapshotAt;
              if (stream.skipEmpty(result.at)) break;
              stream.publish();
              const held = results.slice(0, i).filter(({ at }) => at < end && at >= end - interval * buckets);
              expect(stream.totalRequests).toBe(held.length);
              expect(stream.errorCount).toBe(held.filter(({ failed }) => failed).length);
            }
            stream.add(result.failed);
          });
        },
      ),
    );
  });
});
