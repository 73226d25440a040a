import type { Mitigation } from './mitigation.ts';
import { withLayers } from './mitigation.ts';

/** So many times as fresh. */
const TIMES = 10;

export const fresherMetrics: Mitigation = {
  name: 'fresher metrics',
  about: `Every reported metric comes with a ${TIMES}th of its lag, interval and jitter.`,
  apply: (design) =>
    withLayers(design, (layer) => {
      const { lag, interval, jitter } = layer.metrics;
      if (layer.source === 'own' || lag + interval + jitter === 0) return layer;
      const tenth = (time: number): number => Math.floor(time / TIMES);
      return {
        ...layer,
        metrics: { ...layer.metrics, lag: tenth(lag), interval: tenth(interval), jitter: tenth(jitter) },
      };
    }),
};
