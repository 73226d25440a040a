import type { LintedDesign, LintedEdge } from '../linted-design.ts';
import { atLayer } from '../linted-design.ts';
import { attemptsOf, attemptsOfAll, retryingLayers, times, triesPath } from '../retries.ts';
import type { Finding, Rule } from '../rule.ts';
import { named } from '../words.ts';

export const retriesMultiply: Rule = {
  code: 'OC101',
  name: 'retries-multiply',
  severity: 'warning',
  about: 'Two layers on the way of one request retry, so that their tries multiply.',
  why: 'Each try of the outer layer begins all tries of the inner one. When the service fails, which is when everybody retries, it gets the product of all tries as load.',
  fix: 'Retry at one level only, the one that knows whether the request may be repeated, and set the others to one try.',
  sources: ['Google, Site Reliability Engineering, ch. 22: Addressing Cascading Failures'],
  check(design) {
    return chains(design).flatMap(multiplied);
  },
};

/** Every way from a traffic down: edges of which each begins where the last one ended. */
function chains({ edges, world }: LintedDesign): LintedEdge[][] {
  const below = (chain: readonly LintedEdge[]): LintedEdge[][] => {
    const next = edges.filter((edge) => edge.from === chain.at(-1)!.to && !chain.includes(edge));
    return next.length === 0 ? [[...chain]] : next.flatMap((edge) => below([...chain, edge]));
  };
  return edges.filter(({ from }) => world.traffic.some(({ name }) => name === from)).flatMap((edge) => below([edge]));
}

function multiplied(chain: readonly LintedEdge[]): Finding[] {
  const retrying = chain.flatMap(({ layers }) => retryingLayers(layers));
  if (retrying.length < 2) return [];
  const innermost = retrying.at(-1)!;
  const others = retrying.slice(0, -1);
  const attempts = attemptsOfAll(retrying);
  const outer = others.map((layer) => `${named(layer)} (${times(attemptsOf(layer.retry))})`).join(' and ');
  const all = Number.isFinite(attempts) ? `${attempts} attempts` : 'attempts without end';
  const message = `tries ${times(attemptsOf(innermost.retry))} inside of ${outer}: one request can make ${all}`;
  return [atLayer(innermost, triesPath(innermost), `${named(innermost)} ${message}`, others)];
}
