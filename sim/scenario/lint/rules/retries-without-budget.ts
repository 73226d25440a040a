import { atLayer } from '../linted-design.ts';
import { attemptsOf, retryingLayers, times, triesPath } from '../retries.ts';
import type { Rule } from '../rule.ts';
import { named } from '../words.ts';

/** From so many attempts on. */
const MANY = 3;

export const retriesWithoutBudget: Rule = {
  code: 'OC107',
  name: 'retries-without-budget',
  severity: 'warning',
  about: 'A layer makes three attempts or more of a call, and nothing bounds its retries over all calls.',
  why: 'While a service fails, every call makes all of its attempts: the load is multiplied just then, and can keep the service down after the cause is gone.',
  fix: 'Give it a retry budget (a share of the calls), or one retry only.',
  sources: [
    'Bronson et al., Metastable Failures in Distributed Systems, HotOS 2021',
    'Finagle RetryBudget, Envoy retry_budget',
  ],
  check({ edges }) {
    return edges.flatMap((edge) =>
      retryingLayers(edge.layers)
        .filter(({ retry }) => attemptsOf(retry) >= MANY && retry.budget === null)
        .map((layer) => {
          const tries = times(attemptsOf(layer.retry));
          const message = `${named(layer)} tries ${tries} without a budget: while \`${edge.to}\` fails, its load is multiplied likewise`;
          return atLayer(layer, triesPath(layer), message);
        }),
    );
  },
};
