import { NEVER } from '../../../kernel/time.ts';
import { valueAt } from '../../plain-data.ts';
import { atLayer } from '../linted-design.ts';
import type { Finding, Rule } from '../rule.ts';
import { named } from '../words.ts';

export const timeoutRetriedButNeverMade: Rule = {
  code: 'OC105',
  name: 'timeout-retried-but-never-made',
  severity: 'warning',
  about: 'A layer says that it retries timeouts, but no timer inside of it, its own included, ever ends a try.',
  why: 'A try that hangs is never ended, so that what was meant for it never happens: it hangs until the client hangs up.',
  fix: 'Set a per-try timeout, or leave `timedOut` out.',
  sources: ['overcontrol'],
  check({ edges }) {
    return edges.flatMap(({ layers }) =>
      layers.flatMap((layer, i): Finding[] => {
        const written = valueAt(layer.written.value, ['retryOn']);
        const place = Array.isArray(written) ? written.indexOf('timedOut') : -1;
        if (layer.retry === null || layer.retry.tries < 2 || place < 0) return [];
        const timers = layers.slice(i).some((one) => {
          const own = one === layer ? NEVER : (one.retry?.timeout ?? NEVER);
          return own < NEVER || (one.retry?.perTryTimeout ?? NEVER) < NEVER;
        });
        if (timers) return [];
        const message = `${named(layer)} retries what timed out, but no try ever does: it has no per-try timeout, and no layer inside of it has one`;
        return [atLayer(layer, ['retryOn', place], message)];
      }),
    );
  },
};
