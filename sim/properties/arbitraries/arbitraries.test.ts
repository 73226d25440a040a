import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Baseline } from '../baseline.ts';
import type { Edits } from '../edits.ts';
import { EJECTION, LATE_BREAKER, REGISTRY, RETRY_STORM } from '../testing/planted.ts';
import {
  anyDesign,
  anyFault,
  anyLayer,
  anySetting,
  anyTopology,
  anyTraffic,
  around,
  choose,
  FAULT_KINDS,
  toggle,
  upTo,
} from './index.ts';
import type { Varying } from './index.ts';
import { leavesOf, maybe, variedOver } from './variation.ts';

const STORY = 'scenarios/load-balancer-chaos.yaml';
const CHAOS = new Baseline({ text: readFileSync(STORY, 'utf8'), file: STORY, registry: REGISTRY });
const STORM = new Baseline(RETRY_STORM);

/** A fixed sample of what a variation generates. */
function sample(varying: Varying, baseline: Baseline, numRuns = 60): Edits[] {
  return fc.sample(variedOver(varying, baseline).edits, { seed: 7, numRuns });
}

/** What is left when every candidate that still satisfies `fails` is taken. */
function shrunk(varying: Varying, baseline: Baseline, fails: (edits: Edits) => boolean): Edits {
  const arbitrary = maybe(variedOver(varying, baseline));
  const result = fc.check(
    fc.property(arbitrary, (edits) => !fails(edits)),
    { seed: 3, numRuns: 500 },
  );
  return result.counterexample![0];
}

describe('every variation', () => {
  it.each<[string, Varying, Baseline]>([
    ['around', around('balancer.metrics.lag', '0s', '12s'), CHAOS],
    ['toggle', toggle('breaker', 'limiter', 'balancer'), CHAOS],
    ['choose', choose('balancer.policy', ['roundRobin', 'random']), new Baseline(EJECTION)],
    ['upTo', upTo(3, { at: ['5s', '50s'], for: ['1s', '20s'] }), CHAOS],
    ['anyFault', anyFault(), CHAOS],
    ['anyTraffic', anyTraffic(), CHAOS],
    ['anyTopology', anyTopology(), CHAOS],
    ['anyLayer', anyLayer(), CHAOS],
  ])('%s makes scenarios', (_name, varying, baseline) => {
    const cases = sample(varying, baseline);
    expect(new Set(cases.map((edits) => JSON.stringify(edits))).size).toBeGreaterThan(1);
    for (const edits of cases) expect(() => baseline.read(edits)).not.toThrow();
  });

  it('makes a scenario of each setting by itself, and mostly of all together', () => {
    const varied = anySetting().over(CHAOS);
    expect(leavesOf(varied).length).toBeGreaterThan(20);
    for (const edits of varied.extremes) expect(() => CHAOS.read(edits), JSON.stringify(edits)).not.toThrow();
    const good = sample(anySetting(), CHAOS, 30).filter((edits) => CHAOS.reads(edits));
    expect(good.length).toBeGreaterThan(10);
  });

  it('makes whole designs, of which some are scenarios', () => {
    const cases = sample(anyDesign(), CHAOS);
    const good = cases.filter((edits) => CHAOS.reads(edits));
    expect(good.length).toBeGreaterThan(10);
    expect(new Set(good.map((edits) => JSON.stringify(edits))).size).toBeGreaterThan(5);
  });

  it('makes faults of every kind that the world can suffer', () => {
    const faults = sample(anyFault(), CHAOS, 400).map((edits) => Object.values(edits)[0] as object);
    const kinds = new Set(faults.flatMap((fault) => Object.keys(fault)));
    // The story has no zones.
    const possible = FAULT_KINDS.filter((kind) => !['networkDelay', 'partition', 'zoneLoss'].includes(kind));
    expect(possible.filter((kind) => !kinds.has(kind))).toEqual([]);
  });

  it('pushes and sets by hand only what a layer could be declared with', () => {
    const changes = sample(anyFault({ kinds: ['push', 'hotfix'] }), CHAOS, 60);
    expect(changes.filter((edits) => !CHAOS.reads(edits))).toEqual([]);
    const layers = changes.map((edits) => {
      const { push, hotfix } = Object.values(edits)[0] as { push?: { layer: string }; hotfix?: { layer: string } };
      return (push ?? hotfix)!.layer;
    });
    expect(new Set(layers)).toEqual(new Set(['balancer', 'sidecar', 'limiter', 'breaker']));
  });
});

describe('shrinking', () => {
  it('goes to no edit where nothing is needed', () => {
    for (const varying of [
      anyFault(),
      upTo(3),
      toggle('breaker'),
      around('breaker.window', '1s', '30s'),
      anyDesign(),
    ]) {
      expect(shrunk(varying, CHAOS, () => true)).toEqual({});
    }
  });

  it('stops at the value nearest to the baseline, from either side', () => {
    const lag = (edits: Edits): number => Number.parseFloat(String(edits['balancer.metrics.lag'] ?? '2s'));
    const vary = around('balancer.metrics.lag', '0s', '12s');
    expect(shrunk(vary, CHAOS, (edits) => lag(edits) > 7.05)).toEqual({ 'balancer.metrics.lag': '7.1s' });
    expect(
      shrunk(around('breaker.window', '2s', '30s', { step: '1s' }), CHAOS, (edits) =>
        ['2s', '3s', '4s', '5s'].includes(String(edits['breaker.window'])),
      ),
    ).toEqual({ 'breaker.window': '5s' });
  });

  it('leaves out the fewest layers', () => {
    const vary = toggle('breaker', 'limiter', 'sidecar');
    expect(shrunk(vary, CHAOS, (edits) => edits['limiter'] === 'off')).toEqual({ limiter: 'off' });
  });

  it('makes faults milder, shorter and of fewer instances', () => {
    const least = shrunk(anyFault({ kinds: ['slow'] }), CHAOS, (edits) => {
      const fault = edits['world.faults.fault'] as { slow: { factor: number } } | undefined;
      return fault !== undefined && fault.slow.factor >= 5;
    });
    expect(least).toEqual({
      'world.faults.fault': { at: '50s', for: '1s', slow: { service: 'checkout', instances: [0], factor: 5 } },
    });
  });

  it('makes surges smaller', () => {
    const least = shrunk(upTo(3, { at: '10s', for: '5s' }), STORM, (edits) => {
      const surge = edits['world.faults.surge'] as { surge: { factor: number } } | undefined;
      return surge !== undefined && surge.surge.factor >= 1.75;
    });
    expect(least).toEqual({
      'world.faults.surge': { at: '10s', for: '5s', surge: { traffic: 'users', factor: 1.8 } },
    });
  });
});

describe('around', () => {
  it('takes the baseline from a default, where the file says nothing', () => {
    expect(
      shrunk(around('breaker.halfOpenCalls', 1, 20), new Baseline(LATE_BREAKER), (edits) => {
        const calls = edits['breaker.halfOpenCalls'];
        return typeof calls === 'number' && calls < 8;
      }),
    ).toEqual({ 'breaker.halfOpenCalls': 7 });
  });

  it('takes where to begin, where there is no default', () => {
    const vary = around('breaker.slowCall', '10ms', '1s', { from: '1s', step: '10ms' });
    expect(sample(vary, new Baseline(LATE_BREAKER)).length).toBe(60);
  });
});
