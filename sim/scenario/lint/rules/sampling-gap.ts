import { allLayers, atLayer } from '../linted-design.ts';
import type { Rule } from '../rule.ts';
import { named, time } from '../words.ts';

export const samplingGap: Rule = {
  code: 'OC204',
  name: 'sampling-gap',
  severity: 'warning',
  about: 'Samples are taken more seldom than what one of them covers, so that time between them is never seen.',
  why: 'A burst that falls into the gap did not happen, as far as this layer knows.',
  fix: 'Make the window at least as long as the interval.',
  sources: ['Prometheus, Querying basics: a range should hold at least two scrapes'],
  check(design) {
    return allLayers(design)
      .filter(
        ({ spec: { source, metrics } }) =>
          source === 'reported' && metrics.window > 0 && metrics.interval > metrics.window,
      )
      .map((layer) => {
        const { interval, window } = layer.spec.metrics;
        const message = `${named(layer)} gets a sample every ${time(interval)}, which averages over ${time(window)}: ${time(interval - window)} of each interval are never seen`;
        return atLayer(layer, ['metrics', 'window'], message);
      });
  },
};
