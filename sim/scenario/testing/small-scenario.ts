import { Registry } from '../../controllers/registry.ts';
import { readScenario } from '../read-scenario.ts';
import type { ReadOptions } from '../read-scenario.ts';
import type { Scenario } from '../scenario.ts';
import type { Problem } from '../scenario-error.ts';
import { formatProblem, ScenarioError } from '../scenario-error.ts';

/** A valid scenario with one of everything, for tests that break it in one place. */
export const SMALL = `name: shop
duration: 10s
world:
  services:
    checkout:
      instances: 4
      serviceTime: 20ms
  traffic:
    - { name: shoppers, to: checkout, arrivals: { poisson: 50/s }, deadline: 1s }
  faults:
    - { at: 2s, for: 1s, crash: { service: checkout, instances: [0] } }
edges:
  - from: shoppers
    to: checkout
    layers:
      - { name: balancer, kind: loadBalancer }
      - { name: sidecar, kind: retry, tries: 2 }
      - { name: breaker, kind: circuitBreaker, policy: countWindow }
autoscalers:
  - { name: scaler, kind: autoscaler, policy: hpa, service: checkout, max: 8 }
designs:
  bald: { without: [balancer] }
expect:
  - { that: success >= 1% }
`;

const REGISTRY = new Registry();

export function read(text: string, options: Partial<ReadOptions> = {}): Scenario {
  return readScenario(text, 's.yaml', { registry: REGISTRY, ...options });
}

/** What is wrong with a scenario; nothing if it can be read. Any other error goes through. */
export function problemsOf(text: string, options: Partial<ReadOptions> = {}): readonly Problem[] {
  try {
    read(text, options);
    return [];
  } catch (error) {
    if (error instanceof ScenarioError) return error.problems;
    throw error;
  }
}

/** The same, a line each, as it is printed. */
export function complaintsOf(text: string, options: Partial<ReadOptions> = {}): string[] {
  return problemsOf(text, options).map(formatProblem);
}

/** What is wrong with the small scenario once `part` of it is replaced. */
export function broken(part: string, by: string, options: Partial<ReadOptions> = {}): string[] {
  if (SMALL.split(part).length !== 2) throw new RangeError(`${part} must stand once in the small scenario`);
  return complaintsOf(
    SMALL.replace(part, () => by),
    options,
  );
}

/** What is broken; the part of the small scenario, what it becomes, and what is said of it (its beginning, before `…`). */
export type Mistake = readonly [what: string, part: string, by: string, ...says: readonly string[]];

/** What is said of a mistake, cut where the expectation is: lists of all that is known grow. */
export function saidOf(part: string, by: string, says: readonly string[]): string[] {
  return broken(part, by).map((line, i) =>
    says[i]?.endsWith('…') === true && line.length >= says[i].length ? `${line.slice(0, says[i].length - 1)}…` : line,
  );
}
