import { expect, it } from 'vitest';
import { z } from 'zod';
import { SECOND } from '../../../kernel/time.ts';
import { EnvoyOutlierDetector } from './envoy-outlier.ts';
import { envoyOutlierOf, istioOutlierDetection } from './istio-outlier.ts';

function detector(overrides: object = {}): EnvoyOutlierDetector {
  const config = envoyOutlierOf(z.object(istioOutlierDetection.parameters).parse(overrides));
  const made = new EnvoyOutlierDetector(config, 10, { uniform: () => 0.5 });
  for (let host = 0; host < 10; host++) made.addHost(host);
  return made;
}

it('ejects after five server errors by default', () => {
  const made = detector();
  for (let i = 0; i < 5; i++) made.onResult(0, 500, 0);
  expect([made.isEjected(0), made.interval]).toEqual([true, 10 * SECOND]);
});

it('ejects for gateway errors only where their number is set', () => {
  for (const consecutiveGatewayErrors of [0, 3]) {
    const made = detector({ consecutiveGatewayErrors, consecutive5xxErrors: 0 });
    for (let i = 0; i < 20; i++) made.onResult(0, 503, 0);
    expect(made.isEjected(0)).toBe(consecutiveGatewayErrors > 0);
  }
});

it('never judges success rates', () => {
  const made = detector();
  for (let i = 0; i < 400; i++)
    for (let host = 0; host < 10; host++) made.onResult(host, host + (i % 2) === 0 ? 500 : 200, 0);
  made.sweep(10 * SECOND);
  expect(made.ejections).toBe(0);
});
