import { goDuration, named, number, percentage } from '../conversions.ts';
import type { Draft, Settings } from '../draft.ts';
import { mapField, mapFields, nameOf, note, RANKS } from '../draft.ts';
import type { Importer } from '../importer.ts';
import { isResource, skipIdentity } from '../importer.ts';
import type { Cursor } from '../manifest.ts';
import { localRateLimit } from './envoy-filters.ts';
import { retryConditions, showOverflows } from './envoy-parts.ts';

const API = 'networking.istio.io/';

const BALANCERS = {
  ROUND_ROBIN: 'envoyRoundRobin',
  LEAST_REQUEST: 'envoyLeastRequest',
  LEAST_CONN: 'envoyLeastRequest',
  RANDOM: 'random',
  UNSPECIFIED: 'envoyLeastRequest',
};

/** A DestinationRule: balancing, limits and ejection of whoever calls the host. */
export const destinationRule: Importer = {
  name: 'Istio DestinationRule',
  handles: (root) => isResource(root, 'DestinationRule', API),
  read(root, draft) {
    skipIdentity(root);
    const service = nameOf(root.text('spec.host') ?? root.text('metadata.name') ?? 'service');
    root.get('spec.host')?.take();
    for (const subset of root.list('spec.subsets')) subset.skip('says which instances belong to it', 'name', 'labels');
    readTrafficPolicy(root.get('spec.trafficPolicy'), service, draft);
    for (const subset of root.list('spec.subsets')) {
      const policy = subset.get('trafficPolicy');
      // A subset with a policy of its own is called, and behaves, as a service of its own.
      if (policy !== undefined) readTrafficPolicy(policy, subsetOf(service, subset.text('name')), draft);
    }
  },
};

function subsetOf(service: string, subset: string | undefined): string {
  return `${service}-${nameOf(subset ?? 'subset')}`;
}

function readTrafficPolicy(policy: Cursor | undefined, service: string, draft: Draft): void {
  policy?.skip('says how it is reached', 'tls');
  readBalancer(policy, service, draft);
  readConnectionPool(policy, service, draft);
  istioRetries(service, null, draft);
}

function readBalancer(policy: Cursor | undefined, service: string, draft: Draft): void {
  const settings: Settings = new Map();
  const simple = policy?.get('loadBalancer.simple');
  const hash = policy?.get('loadBalancer.consistentHash');
  const kind = named(BALANCERS)(simple?.value) as string | undefined;
  if (kind !== undefined) simple!.take();
  const policyName = hash === undefined ? (kind ?? 'envoyLeastRequest') : 'envoyRingHash';
  if (hash !== undefined) {
    mapFields(hash, settings, [
      ['minimumRingSize', 'minimumRingSize', number],
      ['ringHash.minimumRingSize', 'minimumRingSize', number],
    ]);
    hash.skip(
      'what is hashed: here the client',
      'httpCookie',
      'httpHeaderName',
      'useSourceIp',
      'httpQueryParameterName',
    );
  }
  const warmup = policy?.get('loadBalancer.warmupDurationSecs') ?? policy?.get('loadBalancer.warmup.duration');
  if (warmup !== undefined) mapField(warmup, settings, 'slowStartWindow', goDuration);
  readOutliers(policy?.get('outlierDetection'), settings);
  const comment = kind === undefined && hash === undefined ? "Istio's default: LEAST_REQUEST" : undefined;
  draft.layer({
    service,
    route: null,
    rank: RANKS.balancer,
    role: 'balancer',
    kind: 'loadBalancer',
    policy: policyName,
    settings,
    ...(comment === undefined ? {} : { comment }),
  });
}

/** Istio turns success rates off, and the panic threshold to `minHealthPercent`, wherever it detects outliers. */
function readOutliers(outliers: Cursor | undefined, settings: Settings): void {
  if (outliers === undefined) return;
  note(settings, 'outlierDetection.policy', 'envoy', outliers);
  note(settings, 'outlierDetection.enforcingSuccessRate', '0%', outliers, 'Istio turns it off');
  mapFields(outliers, settings, [
    ['consecutive5xxErrors', 'outlierDetection.consecutive5xx', number],
    ['interval', 'outlierDetection.interval', goDuration],
    ['baseEjectionTime', 'outlierDetection.baseEjectionTime', goDuration],
    ['maxEjectionPercent', 'outlierDetection.maxEjectionPercent', percentage],
  ]);
  const gateway = outliers.get('consecutiveGatewayErrors');
  const old = outliers.get('consecutiveErrors');
  for (const field of [gateway, old]) {
    if (field === undefined) continue;
    mapField(field, settings, 'outlierDetection.consecutiveGatewayFailure', number);
    note(settings, 'outlierDetection.enforcingConsecutiveGatewayFailure', '100%', field, 'on where it is set');
  }
  if (old !== undefined)
    note(
      settings,
      'outlierDetection.enforcingConsecutive5xx',
      '0%',
      old,
      'consecutiveErrors counts gateway errors alone',
    );
  const health = outliers.get('minHealthPercent');
  note(
    settings,
    'panicThreshold',
    percentage(health?.take().value ?? 0),
    health ?? outliers,
    'minHealthPercent, 0 by default: no panic',
  );
}

function readConnectionPool(policy: Cursor | undefined, service: string, draft: Draft): void {
  const pool = policy?.get('connectionPool');
  if (pool === undefined) return;
  pool.skip('time to connect is part of the network', 'tcp.connectTimeout', 'tcp.tcpKeepalive');
  pool.skip(
    'connections are not simulated, only requests',
    'http.maxRequestsPerConnection',
    'http.idleTimeout',
    'http.h2UpgradePolicy',
  );
  const retries = pool.get('http.maxRetries');
  if (retries !== undefined) mapField(retries, istioRetries(service, null, draft), 'maxRetries', number);
  const settings = mapFields(pool, new Map(), [
    ['tcp.maxConnections', 'maxConnections', number],
    ['http.http1MaxPendingRequests', 'http1MaxPendingRequests', number],
    ['http.http2MaxRequests', 'http2MaxRequests', number],
    ['http.maxRetries', 'maxRetries', number],
  ]);
  const budget = policy?.get('retryBudget');
  if (budget !== undefined) {
    mapFields(budget, settings, [
      ['percent', 'retryBudget.percent', number],
      ['minRetryConcurrency', 'retryBudget.minRetryConcurrency', number],
    ]);
  }
  if (settings.size === 0) return;
  draft.layer({
    service,
    route: null,
    rank: RANKS.hostBreaker,
    role: 'connection-pool',
    kind: 'circuitBreaker',
    policy: 'istio',
    settings,
  });
  showOverflows(service, pool, draft);
}

/** Istio retries on every route, whether asked or not. */
function istioRetries(service: string, route: string | null, draft: Draft): Settings {
  const comment = 'Istio retries every route, asked or not';
  const stand = { rank: RANKS.retry, role: 'retry', kind: 'retry', policy: 'istio' };
  return draft.layer({ service, route, ...stand, settings: new Map(), comment });
}

/** A VirtualService: retries, timeouts and faults of its routes. */
export const virtualService: Importer = {
  name: 'Istio VirtualService',
  handles: (root) => isResource(root, 'VirtualService', API),
  read(root, draft) {
    skipIdentity(root);
    root.skip('says who is routed', 'spec.hosts', 'spec.gateways', 'spec.exportTo');
    const routes = root.list('spec.http');
    routes.forEach((route, i) => readRoute(route, routes.length > 1 ? i : null, root, draft));
  },
};

function readRoute(route: Cursor, index: number | null, root: Cursor, draft: Draft): void {
  route.skip('says which requests are meant', 'match', 'name');
  const destinations = route.list('route');
  const [first] = destinations;
  const host = nameOf(first?.text('destination.host') ?? root.text('metadata.name') ?? 'service');
  const subset = subsetOf(host, first?.text('destination.subset'));
  const service = draft.services.has(subset) ? subset : host;
  first?.take();
  for (const other of destinations.slice(1))
    draft.leave(other, 'traffic is not split here: all of it goes to the first destination');
  const name = index === null ? null : `${nameOf(root.text('metadata.name') ?? service)}-${index}`;
  if (name !== null) draft.route(name, service);
  const settings = istioRetries(service, name, draft);
  mapFields(route, settings, [
    ['timeout', 'timeout', goDuration],
    ['retries.attempts', 'attempts', number],
    ['retries.perTryTimeout', 'perTryTimeout', goDuration],
    ['retries.backoff', 'backoff', goDuration],
    [
      'retries.retryIgnorePreviousHosts',
      'retryIgnorePreviousHosts',
      (value) => (typeof value === 'boolean' ? value : undefined),
    ],
  ]);
  const conditions = route.get('retries.retryOn');
  if (conditions !== undefined) readRetryOn(conditions, settings, draft);
  const abort = route.get('fault.abort');
  const share = abort?.get('percentage.value') ?? abort?.get('percent');
  if (share !== undefined) mapField(share, draft.service(service), 'errorRate', percentage, 'fault.abort');
}

function readRetryOn(field: Cursor, settings: Settings, draft: Draft): void {
  const { known, codes, unknown } = retryConditions(String(field.value));
  for (const one of unknown) draft.warn(field, `the condition \`${one}\` is not known`);
  mapField(field, settings, 'retryOn', () =>
    codes.length > 0 && !known.includes('retriable-status-codes') ? [...known, 'retriable-status-codes'] : known,
  );
  if (codes.length > 0) note(settings, 'retriableStatusCodes', codes, field);
}

/** An EnvoyFilter that puts a local rate limit before a workload. */
export const envoyFilter: Importer = {
  name: 'Istio EnvoyFilter',
  handles: (root) => isResource(root, 'EnvoyFilter', API),
  read(root, draft) {
    skipIdentity(root);
    const labels = root.get('spec.workloadSelector.labels');
    const service = nameOf(labels?.text('app') ?? root.text('metadata.name') ?? 'service');
    root.skip('says whose proxy is meant', 'spec.workloadSelector');
    for (const patch of root.list('spec.configPatches')) {
      patch.skip('says where the patch goes', 'applyTo', 'match', 'patch.operation');
      localRateLimit(patch, service, null, draft);
    }
  },
};
