import { flag, goDuration, number, ratio } from '../conversions.ts';
import type { Conversion } from '../conversions.ts';
import type { Draft, Settings } from '../draft.ts';
import { mapField, mapFields, nameOf, RANKS } from '../draft.ts';
import type { Importer } from '../importer.ts';
import { isResource, skipIdentity } from '../importer.ts';
import type { Cursor } from '../manifest.ts';

const listed: Conversion = (value) =>
  String(value)
    .split(',')
    .map((one) => one.trim());

const RETRY = [
  ['retry.linkerd.io/limit', 'limit', number],
  ['retry.linkerd.io/timeout', 'timeout', goDuration],
  ['retry.linkerd.io/http', 'http', listed],
  ['timeout.linkerd.io/request', 'requestTimeout', goDuration],
] as const;

/** Linkerd's annotations on a route. */
export function linkerdRoute(root: Cursor, route: string, service: string, draft: Draft): void {
  const settings: Settings = new Map();
  for (const [annotation, to, as] of RETRY) {
    const field = root.at(['metadata', 'annotations', annotation]);
    if (field !== undefined) mapField(field, settings, to, as);
  }
  if (settings.size === 0) return;
  if (!settings.has('limit') && !settings.has('http'))
    settings.set('limit', { value: 0, from: null, comment: 'no retry annotation' });
  draft.layer({ service, route, rank: RANKS.retry, role: 'retry', kind: 'retry', policy: 'linkerdRoute', settings });
}

const ACCRUAL = 'balancer.linkerd.io/failure-accrual';
const BREAKER = [
  [`${ACCRUAL}-consecutive-max-failures`, 'max-failures', number],
  [`${ACCRUAL}-consecutive-min-penalty`, 'min-penalty', goDuration],
  [`${ACCRUAL}-consecutive-max-penalty`, 'max-penalty', goDuration],
  [`${ACCRUAL}-consecutive-jitter-ratio`, 'jitter-ratio', number],
] as const;

/** A Service with Linkerd's failure accrual: a breaker of each instance. */
export const linkerdService: Importer = {
  name: 'Linkerd failure accrual',
  handles: (root) => root.text('kind') === 'Service' && root.at(['metadata', 'annotations', ACCRUAL]) !== undefined,
  read(root, draft) {
    skipIdentity(root);
    root.skip('says where it is reached, not how it behaves', 'spec');
    const service = nameOf(root.text('metadata.name') ?? 'service');
    const mode = root.at(['metadata', 'annotations', ACCRUAL]);
    if (mode?.value !== 'consecutive') return;
    mode.take();
    const settings: Settings = new Map([['key', { value: 'instance', from: mode.source }]]);
    for (const [annotation, to, as] of BREAKER) {
      const field = root.at(['metadata', 'annotations', annotation]);
      if (field !== undefined) mapField(field, settings, to, as);
    }
    const balancer: Settings = new Map();
    draft.layer({
      service,
      route: null,
      rank: RANKS.balancer,
      role: 'balancer',
      kind: 'loadBalancer',
      policy: 'linkerdPeakEwma',
      settings: balancer,
      comment: "Linkerd's balancer",
    });
    draft.layer({
      service,
      route: null,
      rank: RANKS.hostBreaker,
      role: 'failure-accrual',
      kind: 'circuitBreaker',
      policy: 'linkerd',
      settings,
    });
  },
};

/** A ServiceProfile: a budget of retries for the routes that may be retried. */
export const serviceProfile: Importer = {
  name: 'Linkerd ServiceProfile',
  handles: (root) => isResource(root, 'ServiceProfile', 'linkerd.io/'),
  read(root, draft) {
    skipIdentity(root);
    const service = nameOf(root.text('metadata.name') ?? 'service');
    const routes = root.list('spec.routes');
    routes.forEach((route, i) => {
      route.skip('says which requests are meant', 'condition', 'name', 'responseClasses');
      const name = `${service}-${nameOf(route.text('name') ?? String(i))}`;
      draft.route(name, service);
      const settings: Settings = new Map();
      const retryable = route.get('isRetryable');
      const timeout = route.get('timeout');
      if (retryable !== undefined && flag(retryable.value) !== undefined) retryable.take();
      if (retryable?.value !== true) {
        if (timeout === undefined) return;
        mapField(timeout, settings, 'requestTimeout', goDuration);
        settings.set('limit', { value: 0, from: null, comment: 'not retryable' });
        draft.layer({
          service,
          route: name,
          rank: RANKS.retry,
          role: 'retry',
          kind: 'retry',
          policy: 'linkerdRoute',
          settings,
        });
        return;
      }
      mapFields(root, settings, [
        ['spec.retryBudget.retryRatio', 'retryRatio', ratio],
        ['spec.retryBudget.minRetriesPerSecond', 'minRetriesPerSecond', number],
        ['spec.retryBudget.ttl', 'ttl', goDuration],
      ]);
      if (timeout !== undefined) mapField(timeout, settings, 'timeout', goDuration);
      draft.layer({
        service,
        route: name,
        rank: RANKS.retry,
        role: 'retry',
        kind: 'retry',
        policy: 'linkerd',
        settings,
      });
    });
    draft.layer({
      service,
      route: null,
      rank: RANKS.balancer,
      role: 'balancer',
      kind: 'loadBalancer',
      policy: 'linkerdPeakEwma',
      settings: new Map(),
      comment: "Linkerd's balancer",
    });
  },
};
