import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../kernel/time.ts';
import type { ScaleToZeroRules } from './scale-to-zero.ts';
import { SCALE_UNKNOWN, ScaleToZero } from './scale-to-zero.ts';

const RULES: ScaleToZeroRules = {
  enabled: true,
  stableWindow: 60 * SECOND,
  gracePeriod: 30 * SECOND,
  podRetention: 0,
  activationTimeout: 630 * SECOND,
  activeThreshold: 1,
  activatorAlways: false,
};

/** A revision with one pod that has been active since time zero. */
function active(given: Partial<ScaleToZeroRules> = {}): ScaleToZero {
  const revision = new ScaleToZero({ ...RULES, ...given }, 0);
  revision.settle(0, 1, 1, 1, 0);
  return revision;
}

/** What is asked for at each second, where none is wanted from the start. */
function idle(revision: ScaleToZero, seconds: readonly number[], excess = 0): number[] {
  let replicas = 1;
  return seconds.map((at) => (replicas = revision.settle(at * SECOND, replicas, 0, replicas, excess)));
}

describe('scaling to zero', () => {
  it('keeps one pod for the stable window, then until the activator has been in the path for the grace period', () => {
    const revision = active();
    expect(idle(revision, [2, 58])).toEqual([1, 1]);
    expect([revision.condition, revision.activatorInPath]).toEqual(['active', false]);
    expect(idle(revision, [60])).toEqual([1]);
    expect([revision.condition, revision.activatorInPath]).toEqual(['inactive', true]);
    expect(idle(revision, [62, 88, 90, 92])).toEqual([1, 1, 0, 0]);
  });

  it('does not wait for the activator where it has been in the path all along', () => {
    const revision = active();
    expect(idle(revision, [2, 58, 60, 62], -5)).toEqual([1, 1, 1, 0]);
  });

  it('keeps the last pod for its retention after turning inactive, activator or not', () => {
    const revision = active({ podRetention: 100 * SECOND });
    expect(idle(revision, [60, 90, 158, 160], -5)).toEqual([1, 1, 1, 0]);
  });

  it('is called off by new traffic, and starts over', () => {
    const revision = active();
    idle(revision, [60, 70]);
    expect(revision.settle(72 * SECOND, 1, 2, 1, 0)).toBe(2);
    expect([revision.condition, revision.activatorInPath]).toEqual(['active', false]);
    expect(idle(revision, [74, 130])).toEqual([1, 1]);
    expect(revision.condition).toBe('active');
    expect(idle(revision, [132, 160, 162])).toEqual([1, 1, 0]);
  });

  it('stops at one pod where it is switched off', () => {
    expect(idle(active({ enabled: false }), [60, 600])).toEqual([1, 1]);
  });

  it('comes back as soon as pods are wanted', () => {
    const revision = active();
    idle(revision, [60, 90]);
    expect(revision.settle(200 * SECOND, 0, 3, 0, -1)).toBe(3);
    expect(revision.condition).toBe('activating');
    // The burst is over before a pod is ready: they are waited for all the same.
    expect(revision.settle(202 * SECOND, 3, 0, 0, 0)).toBe(3);
    expect(revision.settle(204 * SECOND, 3, 0, 1, 0)).toBe(3);
    expect(revision.condition).toBe('active');
  });

  it('gives an activation up after its timeout', () => {
    const revision = new ScaleToZero(RULES, 0);
    expect(revision.settle(629 * SECOND, 1, 0, 0, 0)).toBe(1);
    expect(revision.settle(630 * SECOND, 1, 0, 0, 0)).toBe(0);
  });

  it('leaves the replicas alone while there is no data', () => {
    const revision = new ScaleToZero(RULES, 0);
    expect(revision.settle(0, 7, SCALE_UNKNOWN, 7, 0)).toBe(7);
    expect(revision.condition).toBe('active');
  });
});
