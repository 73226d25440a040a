import { describe, expect, it } from 'vitest';
import { explanationReport } from '../reports/explanation-report.ts';
import { renderText } from '../reports/text.ts';
import { REGISTRY, scenarioOf } from '../testing/simulate.ts';
import { explain } from './explain.ts';

/** A shop that asks a slow price service twice, hangs up on it, and answers with an old price. */
const scenario = scenarioOf({
  duration: '1s',
  world: {
    services: {
      shop: { instances: 1, serviceTime: '5ms', calls: [{ call: 'prices', timeout: '30ms', onFailure: 'partial' }] },
      prices: { instances: 1, concurrency: 10, serviceTime: '100ms' },
    },
    traffic: [{ name: 'shoppers', to: 'shop', arrivals: { deterministic: '1.5/s' }, deadline: '500ms' }],
  },
  edges: [
    {
      from: 'shop',
      to: 'prices',
      layers: [
        { name: 'again', kind: 'retry', tries: 2, perTryTimeout: '20ms', backoff: { base: '1ms', jitter: 'none' } },
      ],
    },
  ],
});
const explanation = explain(scenario, scenario.designs[0], '1', { request: 0 }, REGISTRY);

describe('the story of a request that services call others for', () => {
  it('has the edge of every act, and all edges', () => {
    const { edges, trace } = explanation;
    const nested = edges.findIndex(({ from }) => from === 'shop');
    expect(edges).toContainEqual({ from: 'shoppers', to: 'shop' });
    expect(edges[nested]).toEqual({ from: 'shop', to: 'prices' });
    const acts = trace.events.filter(({ edge }) => edge === nested).map(({ act }) => act);
    expect(acts).toEqual(['dispatched', 'timedOut', 'retried', 'dispatched', 'hungUp']);
  });

  it('names the service that is called, marks nested acts, and says which service hangs up', () => {
    const text = renderText(explanationReport(explanation, scenario.designs[0]), { width: 160, colour: false });
    expect(text).toMatch(/ shop\[0\] .*takes it in/);
    expect(text).toMatch(/↳ prices\[0\] .*takes it in/);
    expect(text).toMatch(/↳ again .*stops waiting for prices\[0\]/);
    expect(text).toMatch(/35\.0 ms +↳ shop +hangs up/);
    expect(text).toMatch(/client .*: wrong/);
    expect(text).not.toMatch(/client .*hangs up/);
  });
});
