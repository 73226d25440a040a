import { SECOND } from '../../../kernel/time.ts';
import { statesOf } from '../allowance.ts';
import { breakerWindow } from '../breaker-window.ts';
import { atLayer, isKind } from '../linted-design.ts';
import { peakRate } from '../load.ts';
import { attemptsOfAll, retryingLayers } from '../retries.ts';
import type { Finding, Rule } from '../rule.ts';
import { named, perSecond, short, time } from '../words.ts';

export const breakerCannotOpen: Rule = {
  code: 'OC301',
  name: 'breaker-cannot-open',
  severity: 'warning',
  about: 'A breaker wants more calls in its window than come, so that it never judges any.',
  why: 'It can never open: it is there for nothing, and whoever counts on it is wrong.',
  fix: 'Lower the least number of calls, lengthen the window, or keep one state for the whole service instead of one for each key.',
  sources: ['resilience4j CircuitBreakerConfig.minimumNumberOfCalls, Hystrix circuitBreaker.requestVolumeThreshold'],
  check({ edges, world }) {
    return edges.flatMap((edge) =>
      edge.layers.flatMap((layer, i): Finding[] => {
        const window = isKind(layer, 'circuitBreaker') ? breakerWindow(layer) : undefined;
        const peak = edge.traffic === undefined ? undefined : peakRate(edge.traffic, world);
        if (window === undefined || peak === undefined) return [];
        const outer = retryingLayers(edge.layers.slice(0, i));
        const tries = attemptsOfAll(outer);
        const states = statesOf(layer, edge);
        const calls = (peak * tries * window.length) / SECOND / states.count;
        if (calls >= window.minimumCalls) return [];
        const each = states.count === 1 ? '' : ` for each ${states.of}`;
        const message = `${named(layer)} judges no less than ${window.minimumCalls} calls in ${time(window.length)}, but at ${perSecond(peak)} at most ${short(calls)} come${each}: it never opens`;
        return [atLayer(layer, [window.minimumParameter], message)];
      }),
    );
  },
};
