import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../kernel/time.ts';
import type { ScalerView } from '../policy.ts';
import type { KnativeConfig } from './knative-parameters.ts';
import { knative, KnativePolicy } from './knative.ts';
import { complaint, configOf } from './testing/config.ts';
import { scalerView } from './testing/scaler-view.ts';

const parse = (given: Record<string, unknown>): KnativeConfig => configOf(knative, given);
const policy = (given: Record<string, unknown> = {}): KnativePolicy => new KnativePolicy(parse(given));
const TICK = 2 * SECOND;

/** A service whose load in second s is `load[s]`, and whose pods are ready at once. */
class Service {
  readonly autoscaler: KnativePolicy;
  private readonly load: (second: number) => number;
  replicas: number;

  constructor(autoscaler: KnativePolicy, replicas: number, load: (second: number) => number) {
    this.autoscaler = autoscaler;
    this.replicas = replicas;
    this.load = load;
  }

  private view(asOf: number): ScalerView {
    const mean = (span: number) => {
      const seconds = Math.min(span, asOf + 1000 * SECOND) / SECOND;
      let sum = 0;
      for (let i = 1; i <= seconds; i++) sum += this.load(asOf / SECOND - i);
      return sum / seconds;
    };
    return scalerView({
      replicas: this.replicas,
      ready: this.replicas,
      asOf,
      meanConcurrency: mean,
      meanRequestRate: mean,
    });
  }

  /** Runs ticks up to `until` seconds from `from`; the metrics lag by `lag` seconds. Replicas after each tick. */
  run(from: number, until: number, lag = 0): number[] {
    const replicas = [];
    for (let now = from * SECOND; now <= until * SECOND; now += TICK) {
      this.replicas = this.autoscaler.decide(now, this.view(now - lag * SECOND));
      replicas.push(this.replicas);
    }
    return replicas;
  }
}

describe('a revision under load', () => {
  it('sizes itself for the stable average at 70 % of its target', () => {
    const service = new Service(policy(), 1, () => 350);
    expect(service.run(0, 120).at(-1)).toBe(5);
    expect(service.autoscaler.panics).toBe(false);
  });

  it('panics on a burst that fills six seconds, and holds it for the stable window', () => {
    const burst = (second: number) => (second >= 100 && second < 110 ? 700 : 70);
    const service = new Service(policy(), 1, burst);
    expect(service.run(0, 100).at(-1)).toBe(1);
    // 102: two of six seconds at 700 make 280, four pods for one that is ready.
    expect(service.run(102, 108)).toEqual([4, 7, 10, 10]);
    // Seven pods wanted at 104 for four that are ready are below the threshold of two, so only 102 counts as its start.
    expect(service.run(110, 162).every((replicas) => replicas === 10)).toBe(true);
    expect(service.autoscaler.panics).toBe(true);
    service.run(164, 240);
    expect([service.autoscaler.panics, service.replicas]).toEqual([false, 1]);
  });

  it('at most halves at each decision', () => {
    const service = new Service(policy({ scaleToZero: false }), 16, (second) => (second < 0 ? 1120 : 35));
    service.run(0, 60);
    expect(service.run(62, 70)).toEqual([8, 4, 2, 1, 1]);
  });

  it('averages over what it has seen, not over a window that is still empty', () => {
    const service = new Service(policy(), 1, () => 210);
    expect(service.run(0, 0)).toEqual([3]);
  });

  it('sees with late metrics what it saw in time, shifted', () => {
    const ramp = (second: number) => 70 * Math.max(1, Math.min(12, second / 5));
    const prompt = new Service(policy({ panicThresholdPercentage: '1000%' }), 1, ramp);
    const late = new Service(policy({ panicThresholdPercentage: '1000%' }), 1, (second) => ramp(second + 4));
    // The same samples, four seconds old: of the window only the newest four seconds are missing.
    const [onTime, delayed] = [prompt.run(0, 200), late.run(0, 200, 4)];
    expect(onTime.at(-1)).toBe(12);
    for (const [i, replicas] of delayed.entries()) expect(Math.abs(replicas - onTime[i])).toBeLessThanOrEqual(1);
  });

  it('takes metrics that come every fifteen seconds for what was true all along', () => {
    const steady = policy({ scaleToZero: false });
    const steps: number[] = [];
    let replicas = 5;
    for (let now = 0; now <= 300 * SECOND; now += TICK) {
      const asOf = Math.floor(now / (15 * SECOND)) * 15 * SECOND;
      replicas = steady.decide(now, scalerView({ replicas, ready: replicas, asOf, concurrency: 350 }));
      steps.push(replicas);
    }
    expect(new Set(steps)).toEqual(new Set([5]));
  });

  it('holds on when the metrics stop, then goes on with the last word once the window has passed', () => {
    const service = new Service(policy(), 1, () => 350);
    service.run(0, 100);
    const frozen = service.autoscaler;
    const stale = scalerView({ replicas: 5, ready: 5, asOf: 100 * SECOND, concurrency: 350 });
    expect(frozen.decide(130 * SECOND, stale)).toBe(5);
    expect(frozen.decide(500 * SECOND, stale)).toBe(5);
  });

  it('scales on requests a second where told to', () => {
    const service = new Service(policy({ metric: 'rps' }), 1, () => 700);
    expect(service.run(0, 120).at(-1)).toBe(5);
  });
});

describe('a revision without traffic', () => {
  it('keeps its last pod for the stable window and the grace period, with the activator in the path', () => {
    const service = new Service(policy({ targetBurstCapacity: 0 }), 1, () => 0);
    const replicas = service.run(0, 120);
    expect(replicas.indexOf(0) * 2).toBe(90);
    expect(service.autoscaler.activatorInPath).toBe(true);
  });

  it('has the activator in the path already where the spare capacity is below the target burst', () => {
    const service = new Service(policy(), 1, () => 0);
    expect(service.run(0, 2)).toEqual([1, 1]);
    expect(service.autoscaler.activatorInPath).toBe(true);
    expect(service.autoscaler.activators(1)).toBe(4);
    expect(service.run(4, 120).indexOf(0) * 2 + 4).toBe(62);
  });

  it('comes back at the first request, and may be woken between ticks for it', () => {
    const service = new Service(policy(), 0, (second) => (second < 10 ? 0 : 3));
    service.run(0, 10);
    expect(service.replicas).toBe(0);
    expect(service.autoscaler.wakesFromZero).toBe(true);
    expect(service.run(11, 11)).toEqual([1]);
  });

  it('never goes below min-scale', () => {
    const service = new Service(policy({ min: 2, targetBurstCapacity: 0 }), 2, () => 0);
    expect(new Set(service.run(0, 400))).toEqual(new Set([2]));
  });
});

describe('the start', () => {
  it('leaves the replicas alone before the first metric', () => {
    const view = scalerView({ replicas: 6, ready: 6, concurrency: NaN });
    expect(policy().decide(0, view)).toBe(6);
  });

  it('does not scale down for a stable window where more than one pod is ready', () => {
    const service = new Service(policy({ targetBurstCapacity: 0 }), 8, () => 70);
    const replicas = service.run(0, 80);
    expect(replicas.findIndex((count) => count < 8) * 2).toBe(62);
  });

  it('asks for the initial scale until so many pods have been ready', () => {
    const autoscaler = policy({ initialScale: 3 });
    const view = (ready: number) => scalerView({ replicas: 3, ready, concurrency: 1 });
    expect(autoscaler.decide(0, view(1))).toBe(3);
    expect(autoscaler.decide(TICK, view(2))).toBe(3);
    expect(autoscaler.decide(2 * TICK, view(3))).toBe(1);
    expect(autoscaler.decide(3 * TICK, view(1))).toBe(1);
  });
});

describe('parameters', () => {
  it('default to those of the config map', () => {
    expect(parse({})).toMatchObject({
      min: 0,
      max: 0,
      initialScale: 1,
      target: 100,
      rpsTarget: 200,
      targetUtilization: 0.7,
      tickInterval: 2 * SECOND,
      stableWindow: 60 * SECOND,
      panicWindowPercentage: 0.1,
      panicThresholdPercentage: 2,
      maxScaleUpRate: 1000,
      maxScaleDownRate: 2,
      scaleDownDelay: 0,
      targetBurstCapacity: 211,
      activatorCapacity: 100,
      scaleToZeroGracePeriod: 30 * SECOND,
      scaleToZeroPodRetention: 0,
    });
  });

  it('are refused where they do not fit together', () => {
    const check = (given: Record<string, unknown>) => complaint(knative, given);
    expect(check({ min: 3, max: 2 })).toMatch(/max is only 2/);
    expect(check({ targetBurstCapacity: -0.5 })).toMatch(/only -1/);
    expect(check({ stableWindow: '6500ms' })).toMatch(/whole seconds/);
    expect(check({ min: 3 })).toBeUndefined();
  });
});

describe('any load', () => {
  test.prop([
    fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 1, maxLength: 40 }),
    fc.integer({ min: 1, max: 9 }),
  ])('keeps the replicas within min and max', (tens, start) => {
    const service = new Service(
      policy({ min: 1, max: 9 }),
      start,
      (second) => tens[Math.floor(Math.max(0, second) / 10)] ?? 0,
    );
    for (const replicas of service.run(0, tens.length * 10)) {
      expect(Number.isInteger(replicas)).toBe(true);
      expect(replicas).toBeGreaterThanOrEqual(1);
      expect(replicas).toBeLessThanOrEqual(9);
    }
  });

  test.prop([fc.integer({ min: 1, max: 30 })])('changes nothing at the target', (count) => {
    const service = new Service(policy(), count, () => count * 70);
    expect(new Set(service.run(0, 200))).toEqual(new Set([count]));
  });
});
