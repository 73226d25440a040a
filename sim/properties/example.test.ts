import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { amplification, around, design, everyRequestEndsOnce, recovers, upTo } from 'overcontrol/properties';

// --- the README's example begins here
it('checkout recovers from a surge, however late its metrics', async () => {
  await design('checkout', 'scenarios/load-balancer-chaos.yaml', {
    design: 'propagated',
    set: { duration: '30s', 'world.traffic.shoppers.arrivals.poisson': '300/s' },
  })
    .vary({
      lag: around('balancer.metrics.lag', '0s', '4s'),
      surge: upTo(2, { at: '5s', for: '5s' }),
    })
    .always(everyRequestEndsOnce(), amplification({ atMost: 1.5 }))
    .eventually(recovers({ within: '10s', goodput: 0.95 }))
    .test({ runs: 10, seedsPerRun: 3, budget: '30s' });
});
// --- and ends here

it('is what the README shows', () => {
  const source = readFileSync(new URL(import.meta.url), 'utf8');
  const [, example] = /begins here\n([\s\S]*?)\/\/ --- and ends/.exec(source)!;
  const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8');
  expect(readme).toContain(example.trim());
});
