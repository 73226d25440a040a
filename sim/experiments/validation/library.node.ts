import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadScenario } from '../../scenario/load.node.ts';
import type { ValidationCase } from './case.ts';
import { casesOf } from './cases/index.ts';
import type { PublishedResults } from './cases/index.ts';
import type { PointLoader } from './validate.ts';

/** Every case, with the published values from `folder`/results. @param folder the package's scenarios/validation */
export function readLibrary(folder: string): ValidationCase[] {
  const read = <Name extends keyof PublishedResults>(file: Name): PublishedResults[Name] =>
    JSON.parse(readFileSync(join(folder, 'results', `${file}.json`), 'utf8')) as PublishedResults[Name];
  return casesOf({
    'lb-exact': read('lb-exact'),
    'stale-lb': read('stale-lb'),
    'metastable-hotos21': read('metastable-hotos21'),
    'metastable-osdi22-trigger': read('metastable-osdi22-trigger'),
    'metastable-bounded-queue': read('metastable-bounded-queue'),
    'retry-amplification': read('retry-amplification'),
    'lb-latency-linkerd': read('lb-latency-linkerd'),
    'backoff-jitter': read('backoff-jitter'),
    'circuit-breaker': read('circuit-breaker'),
    autoscaling: read('autoscaling'),
  });
}

/** Reads the scenarios of `folder`. */
export function loaderOf(folder: string): PointLoader {
  return async ({ scenario, set }) => (await loadScenario(join(folder, `${scenario}.yaml`), set)).scenario;
}
