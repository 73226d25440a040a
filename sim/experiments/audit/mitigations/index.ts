/** What an audit tries, each by itself. To add one, add a file, and a line here. */
import { capacityAware } from './capacity-aware.ts';
import { fresherMetrics } from './fresher-metrics.ts';
import { localFirst } from './local-first.ts';
import { mergedBreaker } from './merged-breaker.ts';
import type { Mitigation } from './mitigation.ts';
import { oneRetryLayer } from './one-retry-layer.ts';
import { propagatedCauses } from './propagated-causes.ts';
import { reconciliation } from './reconciliation.ts';
import { safeWhenStale } from './safe-when-stale.ts';

export const MITIGATIONS: readonly Mitigation[] = [
  fresherMetrics,
  safeWhenStale,
  localFirst,
  oneRetryLayer,
  propagatedCauses,
  reconciliation,
  capacityAware,
  mergedBreaker,
];
