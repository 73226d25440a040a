import { breakerWindow } from '../breaker-window.ts';
import { atLayer, isKind } from '../linted-design.ts';
import { oldestView } from '../staleness.ts';
import type { Finding, Rule } from '../rule.ts';
import { named, time } from '../words.ts';

export const windowBelowLag: Rule = {
  code: 'OC201',
  name: 'window-below-lag',
  severity: 'warning',
  about: 'A breaker judges a window of time that is shorter than the age of what it sees.',
  why: 'By the time that it sees a failure, everything else in its window is of another time: it opens for what is over, and stays closed for what is.',
  fix: 'Make the metrics fresher (`source: own` sees what passes, live), or the window several times the lag.',
  sources: ['overcontrol'],
  check({ edges }) {
    return edges.flatMap(({ layers }) =>
      layers.flatMap((layer): Finding[] => {
        const window = isKind(layer, 'circuitBreaker') ? breakerWindow(layer) : undefined;
        const age = oldestView(layer);
        if (window === undefined || window.length >= age) return [];
        const message = `${named(layer)} judges the last ${time(window.length)}, but what it sees is up to ${time(age)} old`;
        return [atLayer(layer, [window.parameter], message)];
      }),
    );
  },
};
