import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../../kernel/time.ts';
import cases from '../vectors/kubernetes-hpa-behavior.json' with { type: 'json' };
import { Recommendations } from './recommendations.ts';
import { ScaleEvents } from './scale-events.ts';
import type { RateLimit, ScalingPolicy } from './scaling-behavior.ts';
import {
  limitByBehavior,
  limitWithoutBehavior,
  longestPeriod,
  scaleDownLimit,
  scaleUpLimit,
} from './scaling-behavior.ts';
import type { VectorCase } from './testing/vector-cases.ts';
import { vectorCases } from './testing/vector-cases.ts';

const NOW = 100_000 * SECOND;

interface PolicyInput {
  type: ScalingPolicy['type'];
  value: number;
  periodSeconds: number;
}
interface RulesInput {
  policies: PolicyInput[];
  selectPolicy?: RateLimit['selectPolicy'];
}
interface Params {
  minReplicas?: number;
  maxReplicas?: number;
  scaleUp?: RulesInput;
  scaleDown?: RulesInput;
  behavior?: null;
  policies?: PolicyInput[] | null;
  selectPolicy?: RateLimit['selectPolicy'];
  direction?: 'up' | 'down';
  downscaleStabilizationWindow_s?: number;
  scaleUpStabilizationWindow_s?: number;
  scaleDownStabilizationWindow_s?: number;
}
interface EventInput {
  change: number;
  age_s: number;
}
interface Input {
  currentReplicas: number;
  desiredReplicas: number;
  scaleUpEvents?: EventInput[];
  scaleDownEvents?: EventInput[];
  recommendations?: { value: number; age_s: number }[];
  previousEvents?: EventInput[];
  newChange?: number;
}
type Case = VectorCase<Params, Input, Record<string, unknown>>;

/** The header states what a direction that is left out defaults to. */
const DEFAULTS = cases[0].defaults as { scaleUp: RulesInput; scaleDown: RulesInput };

function rateLimit({ policies, selectPolicy }: RulesInput): RateLimit {
  return {
    selectPolicy: selectPolicy ?? 'Max',
    policies: policies.map(({ type, value, periodSeconds }) => ({ type, value, period: periodSeconds * SECOND })),
  };
}

function events(list: readonly EventInput[] = []): ScaleEvents {
  const result = new ScaleEvents();
  for (const { change, age_s } of list) result.list.push({ change, at: NOW - age_s * SECOND, outdated: false });
  return result;
}

function recommendations(list: Input['recommendations'] = []): Recommendations {
  const result = new Recommendations();
  for (const { value, age_s } of list) result.store(NOW - age_s * SECOND, value);
  return result;
}

function runLimit({ params, source }: Case, input: Input): unknown {
  const rules = rateLimit({ policies: params.policies ?? [], selectPolicy: params.selectPolicy });
  const up = (params.direction ?? (source.includes('ScaleDown') ? 'down' : 'up')) === 'up';
  const limit = up ? scaleUpLimit : scaleDownLimit;
  const lists = [events(input.scaleUpEvents), events(input.scaleDownEvents)] as const;
  return { limit: limit(NOW, input.currentReplicas, ...lists, rules) };
}

function runConversion({ params }: Case, { currentReplicas, desiredReplicas, ...history }: Input): unknown {
  const range = { min: params.minReplicas ?? 1, max: params.maxReplicas ?? Infinity };
  const { scaleUp, scaleDown } = params;
  if (scaleUp === undefined && scaleDown === undefined) {
    return limitWithoutBehavior(currentReplicas, desiredReplicas, range);
  }
  const limits = { up: rateLimit(scaleUp ?? DEFAULTS.scaleUp), down: rateLimit(scaleDown ?? DEFAULTS.scaleDown) };
  const lists = [events(history.scaleUpEvents), events(history.scaleDownEvents)] as const;
  return limitByBehavior(NOW, currentReplicas, desiredReplicas, range, limits, ...lists);
}

function runStabilization({ params }: Case, input: Input): unknown {
  const history = recommendations(input.recommendations);
  const { downscaleStabilizationWindow_s: window } = params;
  if (window !== undefined) {
    const replicas = history.stabilizeDown(NOW, input.desiredReplicas, window * SECOND);
    return { replicas, storedCount: history.list.length };
  }
  const up = (params.scaleUpStabilizationWindow_s ?? 0) * SECOND;
  const down = (params.scaleDownStabilizationWindow_s ?? 0) * SECOND;
  const replicas = history.stabilize(NOW, input.currentReplicas, input.desiredReplicas, up, down);
  return { replicas, stored: history.list.map((one) => one.replicas) };
}

/** As the product stores an event: not at all without a behaviour. */
function runStore({ params }: Case, input: Input): unknown {
  const history = events(input.previousEvents);
  const changeInLast60s = history.changeWithin(NOW, 60 * SECOND);
  if (params.policies) {
    const longest = longestPeriod(rateLimit({ policies: params.policies }));
    history.store(NOW, input.newChange ?? 0, longest);
  }
  const stored = history.list.map(({ change }) => change);
  return { changeInLast60s, stored, outdated: history.list.map(({ outdated }) => outdated) };
}

function run(one: Case, input: Input, expected: Record<string, unknown>): unknown {
  if ('limit' in expected) return runLimit(one, input);
  if (input.newChange !== undefined) return runStore(one, input);
  if (input.recommendations !== undefined) return runStabilization(one, input);
  return runConversion(one, input);
}

describe('published cases of the behaviour', () => {
  it.each(vectorCases<Params, Input, Record<string, unknown>>(cases))('$source: $case', (one) => {
    expect(one.inputs.map((input, i) => run(one, input, one.expected[i]))).toEqual(one.expected);
  });
});

const NONE = new ScaleEvents();
const limitOf = (selectPolicy: RateLimit['selectPolicy'], ...policies: ScalingPolicy[]): RateLimit => ({
  selectPolicy,
  policies,
});
const pods = (value: number, period = MINUTE): ScalingPolicy => ({ type: 'Pods', value, period });
const percent = (value: number, period = MINUTE): ScalingPolicy => ({ type: 'Percent', value, period });

describe('rate limits', () => {
  it('counts an event while it is strictly younger than the period', () => {
    const added = events([{ change: 3, age_s: 60 }]);
    expect(scaleUpLimit(NOW, 10, added, NONE, limitOf('Max', pods(5)))).toBe(15);
    expect(scaleUpLimit(NOW - 1, 10, added, NONE, limitOf('Max', pods(5)))).toBe(12);
  });

  it('lets what was removed in the period be added on top, and the reverse', () => {
    const added = events([{ change: 4, age_s: 30 }]);
    const removed = events([{ change: 2, age_s: 30 }]);
    expect(scaleUpLimit(NOW, 10, added, removed, limitOf('Max', pods(5)))).toBe(13);
    expect(scaleDownLimit(NOW, 10, added, removed, limitOf('Max', pods(5)))).toBe(3);
  });

  it('rounds percentages up on the way up and down on the way down', () => {
    expect(scaleUpLimit(NOW, 3, NONE, NONE, limitOf('Max', percent(10)))).toBe(4);
    expect(scaleDownLimit(NOW, 3, NONE, NONE, limitOf('Max', percent(10)))).toBe(2);
  });

  it('selects the policy that allows the most change, the least, or none', () => {
    const both = [pods(1), percent(100)];
    expect(scaleUpLimit(NOW, 8, NONE, NONE, limitOf('Max', ...both))).toBe(16);
    expect(scaleUpLimit(NOW, 8, NONE, NONE, limitOf('Min', ...both))).toBe(9);
    expect(scaleUpLimit(NOW, 8, NONE, NONE, limitOf('Disabled', ...both))).toBe(8);
    expect(scaleDownLimit(NOW, 8, NONE, NONE, limitOf('Max', ...both))).toBe(0);
    expect(scaleDownLimit(NOW, 8, NONE, NONE, limitOf('Min', ...both))).toBe(7);
    expect(scaleDownLimit(NOW, 8, NONE, NONE, limitOf('Disabled', ...both))).toBe(8);
  });

  it('holds the current count where the period has used up more than is allowed', () => {
    const range = { min: 1, max: 100 };
    const limits = { up: limitOf('Max', pods(2)), down: limitOf('Max', pods(2)) };
    const used = events([{ change: 9, age_s: 10 }]);
    expect(limitByBehavior(NOW, 20, 50, range, limits, used, NONE)).toEqual({ replicas: 20, reason: 'ScaleUpLimit' });
    expect(limitByBehavior(NOW, 20, 5, range, limits, NONE, used)).toEqual({ replicas: 20, reason: 'ScaleDownLimit' });
  });

  it('allows four replicas, or twice the current ones, without a behaviour', () => {
    const range = { min: 1, max: 100 };
    expect(limitWithoutBehavior(1, 50, range)).toEqual({ replicas: 4, reason: 'ScaleUpLimit' });
    expect(limitWithoutBehavior(3, 50, range)).toEqual({ replicas: 6, reason: 'ScaleUpLimit' });
    expect(limitWithoutBehavior(90, 1, range)).toEqual({ replicas: 1, reason: 'DesiredWithinRange' });
  });
});

describe('stabilisation', () => {
  it('looks at both windows: up to the lowest wish, down to the highest', () => {
    const history = [
      { value: 4, age_s: 120 },
      { value: 9, age_s: 60 },
    ];
    const five = 300 * SECOND;
    expect(recommendations(history).stabilize(NOW, 6, 20, five, five)).toBe(6);
    expect(recommendations(history).stabilize(NOW, 2, 20, five, five)).toBe(4);
    expect(recommendations(history).stabilize(NOW, 12, 1, five, five)).toBe(9);
  });

  it('drops a wish of exactly the window’s age with a behaviour, and keeps it without', () => {
    const history = [{ value: 9, age_s: 300 }];
    expect(recommendations(history).stabilize(NOW, 9, 2, 0, 300 * SECOND)).toBe(2);
    expect(recommendations(history).stabilizeDown(NOW, 2, 300 * SECOND)).toBe(9);
  });

  it('keeps the unstabilised wish, so that one high wish ages out by itself', () => {
    const history = new Recommendations();
    const window = 60 * SECOND;
    const seen = [9, 2, 2, 2, 2, 2, 2].map((wish, i) => history.stabilizeDown(i * 15 * SECOND, wish, window));
    expect(seen).toEqual([9, 9, 9, 9, 9, 2, 2]);
  });

  it('does not let its list grow once the window is full', () => {
    const history = new Recommendations();
    for (let i = 0; i < 1000; i++) history.stabilize(i * 15 * SECOND, 5, 5, 0, 300 * SECOND);
    expect(history.list.length).toBeLessThanOrEqual(22);
  });

  const wish = fc.record({ value: fc.integer({ min: 0, max: 50 }), age_s: fc.integer({ min: 1, max: 600 }) });
  const seconds = fc.integer({ min: 0, max: 600 });
  const count = fc.integer({ min: 0, max: 50 });

  test.prop([fc.array(wish), count, count, seconds, seconds])(
    'never goes below the highest wish of the down window, nor above the lowest of the up window',
    (history, current, desired, up, down) => {
      const younger = (window: number) => history.filter(({ age_s }) => age_s < window).map(({ value }) => value);
      const replicas = recommendations(history).stabilize(NOW, current, desired, up * SECOND, down * SECOND);
      if (replicas < current) expect(replicas).toBe(Math.max(desired, ...younger(down)));
      if (replicas > current) expect(replicas).toBeLessThanOrEqual(Math.min(desired, ...younger(up)));
    },
  );
});
