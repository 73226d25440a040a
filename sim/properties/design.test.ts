import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  amplification,
  anyFault,
  around,
  choose,
  design,
  earnsItsPlace,
  everyRequestEndsOnce,
  expectation,
  figure,
  neverWorse,
  PropertyFailure,
  recovers,
  toggle,
  upTo,
  without,
} from './index.ts';
import type { CaseResult, Varying } from './index.ts';
import { LATE_BREAKER, RETRY_STORM, THREE_RETRIES } from './testing/planted.ts';

const FEW = { runs: 6, seedsPerRun: 2 };

afterEach(() => vi.restoreAllMocks());

describe('a test', () => {
  it('throws a report with the difference, the story and the nearest that passes', async () => {
    const test = design('storm', RETRY_STORM)
      .vary({ surge: upTo(3, { at: '10s', for: '5s' }) })
      .eventually(recovers({ within: '15s', goodput: 0.95 }));
    const error = (await test.test({ runs: 20, seedsPerRun: 3 }).catch((thrown: unknown) => thrown)) as PropertyFailure;
    expect(error).toBeInstanceOf(PropertyFailure);
    expect(error.message).toMatch(/^storm breaks: recovers within 15s to 95% of its goodput \(tolerance 1%\)\n/);
    expect(error.message).toMatch(
      /^ {2}\+ world\.faults\.surge \{ at: 10s, for: 5s, surge: \{ traffic: users, factor: /m,
    );
    expect(error.message).toMatch(/^ {2}nearest that passes: /m);
    expect(error.message).toMatch(/^ {2}1\. +10\.0s +world .*`surge` begins: surge$/m);
    expect(error.message).toMatch(/^ +\d+\. +\S+s +sidecar .*retries \d+ in 1 s$/m);
    expect(error.message).toMatch(/^Request \d+, served there, here timedOut/m);
    expect(error.message).toMatch(/^ +\d+\. +\S+s +sidecar .*stops waiting/m);
  });

  it('passes, and warns of what nothing could have broken', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const result = await design('retries', THREE_RETRIES)
      .vary({ backoff: around('mesh.backoff.base', '1ms', '50ms') })
      .always(everyRequestEndsOnce(), amplification({ atMost: 4 }))
      .test(FEW);
    expect(result.vacuous).toEqual(['amplification at most 4 dispatches a call (tolerance 0.02)']);
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      expect.stringContaining('nothing that was tried could have broken it'),
    );
    expect(result.report).toContain('in all of them for want of a cause: nothing was retried (6)');
  });

  it('says how often what was to be tested really happened', async () => {
    const { findings } = await design('breaker', LATE_BREAKER)
      .vary({ window: around('breaker.window', '1s', '10s') })
      .always(everyRequestEndsOnce())
      .check({ runs: 10, seedsPerRun: 1 });
    const happened = new Map(findings!.activity.map(({ what, cases }) => [what, cases]));
    expect(happened.get('a fault or a surge struck')).toBe(10);
    expect(happened.get('`breaker` opened')).toBeGreaterThan(0);
    expect(happened.get('`breaker` opened')).toBeLessThan(10);
  });

  it('finds the same again: cases and worlds depend on the seed alone', async () => {
    const once = async (seed: string): Promise<unknown> => {
      const { findings } = await design('storm', RETRY_STORM, { set: { duration: '20s' } })
        .vary({ surge: upTo(3), faults: anyFault() })
        .always(figure('success', { atLeast: 0.9 }))
        .check({ runs: 10, seedsPerRun: 2, seed });
      const { elapsedMs: _elapsed, ...rest } = findings!;
      return rest;
    };
    expect(await once('a')).toEqual(await once('a'));
  });

  it('keeps its budget, and stops early when every property is settled', async () => {
    const storm = design('storm', RETRY_STORM).vary({
      tries: around('sidecar.tries', 1, 4),
      timeout: around('sidecar.perTryTimeout', '100ms', '1s'),
      backoff: around('sidecar.backoff.base', '1ms', '100ms'),
    });
    const begun = performance.now();
    const cut = await storm.always(everyRequestEndsOnce()).check({ runs: 100_000, budget: '1s' });
    // One case and the loading may come after.
    expect(performance.now() - begun).toBeLessThan(12_000);
    expect(cut.findings).toMatchObject({ ended: 'budget' });
    const settled = await storm.always(() => false).check({ runs: 100_000, seedsPerRun: 1 });
    expect(settled.findings).toMatchObject({ ended: 'settled', cases: 1 });
    expect(settled.counterexamples).toMatchObject([{ edits: {} }]);
  });

  it('ends when there are no other cases', async () => {
    const { findings } = await design('breaker', LATE_BREAKER)
      .vary({ layers: toggle('breaker') })
      .always(everyRequestEndsOnce())
      .check({ runs: 200, seedsPerRun: 1 });
    expect(findings).toMatchObject({ ended: 'exhausted', cases: 2 });
  });

  it('shrinks what fast-check generates, and drops the edits that do nothing', async () => {
    const mine = fc
      .record({ wait: fc.integer({ min: 1, max: 20 }), window: fc.integer({ min: 1, max: 9 }) })
      .map(({ wait, window }) => ({ 'breaker.waitOpen': `${wait}s`, 'breaker.window': `${window}s` }));
    const { counterexamples } = await design('breaker', LATE_BREAKER)
      .vary({ mine })
      .always(neverWorse({ than: without('breaker'), in: 'success', by: '1pp' }))
      .check({ runs: 30, seedsPerRun: 3 });
    expect(counterexamples).toHaveLength(1);
    expect(Object.keys(counterexamples[0].edits)).toEqual(['breaker.window']);
  });

  it('passes over cases that make no scenario together', async () => {
    const { findings, ok } = await design('breaker', LATE_BREAKER)
      .vary({ minimum: around('breaker.minimumCalls', 10, 30), policy: choose('breaker.policy', ['consecutive']) })
      .always(everyRequestEndsOnce())
      .check({ runs: 12, seedsPerRun: 1 })
      .catch((error: Error) => ({ findings: null, ok: error.message }));
    // The other policy has no such setting, and not the window of the baseline either: by itself it is no scenario.
    expect([findings, ok]).toEqual([null, expect.stringContaining('what `policy` varies goes beyond')]);
  });

  it('judges plain functions by their name', async () => {
    function servesMost(result: CaseResult): boolean {
      return result.estimate('success').mean > 0.9;
    }
    const { counterexamples } = await design('breaker', LATE_BREAKER)
      .vary({ window: around('breaker.window', '1s', '10s', { step: '1s' }) })
      .always(servesMost)
      .check({ runs: 20, seedsPerRun: 2 });
    expect(counterexamples).toMatchObject([{ property: 'servesMost', edits: { 'breaker.window': '4s' } }]);
  });

  it("takes a scenario's own expectations", async () => {
    const { counterexamples } = await design('breaker', LATE_BREAKER)
      .vary({ window: around('breaker.window', '1s', '10s', { step: '1s' }) })
      .always(expectation('success >= 90%'))
      .check({ runs: 20, seedsPerRun: 3 });
    expect(counterexamples).toMatchObject([{ property: 'success >= 90%', edits: { 'breaker.window': '4s' } }]);
  });
});

describe('what cannot be tested', () => {
  const failing = async (
    vary: Record<string, Varying>,
    property = everyRequestEndsOnce(),
    options = {},
  ): Promise<string> =>
    design('breaker', LATE_BREAKER)
      .vary(vary)
      .always(property)
      .check({ ...FEW, ...options })
      .then(
        () => 'nothing',
        (error: Error) => `${error.name}: ${error.message}`,
      );

  it('is a property that throws', async () => {
    const property = { name: 'mine', about: 'mine', judge: () => JSON.parse('{') as never };
    expect(await failing({}, property)).toMatch(
      /^PropertyTestError: the property `mine` threw, judging the baseline: SyntaxError: /,
    );
  });

  it('is a property that returns nothing', async () => {
    const message = await design('breaker', LATE_BREAKER)
      .always((() => undefined) as unknown as () => boolean)
      .check(FEW)
      .catch((error: Error) => error.message);
    expect(message).toContain('returned nothing; expected true, false or { ok, told }');
  });

  it("is an arbitrary outside the schema's range", async () => {
    expect(await failing({ rate: around('breaker.failureRate', '1%', '150%') })).toMatch(
      /^PropertyTestError: what `rate` varies goes beyond the scenario's schema: .*expected .*100%.*150%/,
    );
  });

  it('is a range that is empty, of nothing, or of two kinds', async () => {
    expect(await failing({ w: around('breaker.window', '9s', '2s') })).toContain(
      'the range is empty, since 9s is above 2s',
    );
    expect(await failing({ w: around('breaker.windw', '1s', '2s') })).toContain('has no duration at `breaker.windw`');
    expect(await failing({ w: around('braker.window', '1s', '2s') })).toContain('did you mean `breaker`?');
    expect(await failing({ w: around('breaker.window', '1s', '50%') })).toContain('expected two durations, rates');
  });

  it('is a layer, a fault or a traffic that there is not', async () => {
    expect(await failing({ l: toggle('braker') })).toContain('no layer `braker`; did you mean `breaker`?');
    expect(await failing({ f: anyFault({ kinds: ['slwo' as 'slow'] }) })).toContain('did you mean `slow`?');
    expect(await failing({ f: anyFault({ service: 'apo' }) })).toContain('did you mean `api`?');
    expect(await failing({ s: upTo(2, { traffic: 'user' }) })).toContain('there is no traffic `user`; there is users');
    expect(await failing({}, earnsItsPlace('braker'))).toContain('unknown layer `braker`; did you mean `breaker`?');
  });

  it('is a figure that no run has', async () => {
    expect(await failing({}, figure('latencyMs.p98', { atMost: 1 }))).toMatch(
      /^UnknownFigureError: .*there is no figure `latencyMs.p98`; did you mean `latencyMs.p9\d`\?$/,
    );
  });

  it('is a budget too small for one case', async () => {
    expect(await failing({}, undefined, { budget: '1us' })).toMatch(
      /^PropertyTestError: the budget of \S+ is over before one case is done: the baseline alone took /,
    );
    expect(await failing({}, undefined, { budget: 'soon' })).toContain(
      "`budget` is a duration such as '30s', not soon",
    );
    expect(await failing({}, undefined, { runs: 0 })).toContain('`runs` is a whole number from 1 on, not 0');
  });

  it('is a scenario that is none', async () => {
    await expect(
      design('x', 'scenarios/no-such.yaml')
        .always(() => true)
        .check(FEW),
    ).rejects.toThrow('scenarios/no-such.yaml: there is no such file');
    await expect(
      design('x', LATE_BREAKER, { design: 'layred' })
        .always(() => true)
        .check(FEW),
    ).rejects.toThrow('late-breaker.yaml has no design `layred`; did you mean `layered`?');
    await expect(design('x', LATE_BREAKER).check(FEW)).rejects.toThrow('x: there is no property to test');
  });
});
