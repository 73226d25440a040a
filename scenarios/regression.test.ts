import {
  amplification,
  anyFault,
  around,
  choose,
  design,
  everyRequestEndsOnce,
  figure,
  limiterKeepsItsLimit,
  noEjectionOfEverything,
  recovers,
  toggle,
  upTo,
} from 'overcontrol/properties';
import { describe, expect, it } from 'vitest';

/**
 * The project's own regression tests of the scenarios that it ships, written as a user writes them. What was found broken
 * once is kept in `counterexamples/` and judged first.
 */

const CORPUS = 'scenarios/counterexamples';

/** The story, shorter: its fault comes after five seconds, and ten after it all is over. */
const SHORTER = {
  duration: '30s',
  'world.faults': [{ at: '5s', for: '15s', slow: { service: 'checkout', instances: [0], factor: 8 } }],
};

describe('load-balancer-chaos', () => {
  const story = 'scenarios/load-balancer-chaos.yaml';

  it('is sound where the breaker says who refused, on metrics of any age', async () => {
    await design('chaos, propagated', story, { design: 'propagated', set: SHORTER })
      .vary({
        balancer: around('balancer.metrics.lag', '0s', '3s'),
        breaker: around('breaker.metrics.lag', '0s', '6s'),
        waits: around('breaker.waitOpen', '10s', '60s'),
      })
      .always(
        everyRequestEndsOnce(),
        figure('success', { atLeast: 0.98 }),
        amplification({ atMost: 1.2 }),
        limiterKeepsItsLimit({ limiter: 'limiter' }),
        noEjectionOfEverything(),
      )
      .eventually(recovers({ within: '5s', goodput: 0.98 }))
      .test({ runs: 8, seedsPerRun: 3, corpus: CORPUS });
  });

  it('keeps its moral: of all that could be changed, the missing cause is what breaks it', async () => {
    const { counterexamples } = await design('chaos, its moral', story, {
      set: { ...SHORTER, 'breaker.propagateCause': true },
    })
      .vary({
        cause: choose('breaker.propagateCause', [false]),
        lag: around('balancer.metrics.lag', '0s', '3s'),
        layers: toggle('sidecar'),
      })
      .always(figure('success', { atLeast: 0.99 }))
      .check({ runs: 12, seedsPerRun: 3, corpus: CORPUS, save: false });
    expect(counterexamples.map(({ edits }) => edits)).toEqual([{ 'breaker.propagateCause': false }]);
  });

  it('needs no layer to come back from a surge or any short fault: with its balancer alone it does', async () => {
    await design('chaos, balancer only', story, {
      design: 'balancer-only',
      set: { ...SHORTER, 'world.faults': [], 'world.traffic.shoppers.arrivals.poisson': '300/s' },
    })
      .vary({ fault: anyFault({ at: '8s', for: ['1s', '5s'] }), surge: upTo(2, { at: '8s', for: '5s' }) })
      .always(everyRequestEndsOnce())
      .eventually(recovers({ within: '15s', goodput: 0.95 }))
      .test({ runs: 15, seedsPerRun: 3, corpus: CORPUS });
  });
});
