import { goDuration, named, number, percentage } from '../conversions.ts';
import type { Draft, DraftLayer, FieldMapping, Settings } from '../draft.ts';
import { mapField, mapFields, nameOf, note, RANKS } from '../draft.ts';
import type { Importer } from '../importer.ts';
import type { Cursor } from '../manifest.ts';
import { adaptiveConcurrency, localRateLimit } from './envoy-filters.ts';
import { activeChecks, OUTLIER_DETECTION, retryConditions, showOverflows } from './envoy-parts.ts';

/** Envoy's bootstrap: listeners with their routes and filters, and clusters. */
export const envoyBootstrap: Importer = {
  name: 'Envoy bootstrap',
  handles: (root) => root.get('staticResources') !== undefined,
  read(root, draft) {
    root.skip('says where Envoy itself is', 'admin', 'node', 'layeredRuntime');
    for (const listener of root.list('staticResources.listeners')) readListener(listener, draft);
    for (const cluster of root.list('staticResources.clusters')) readCluster(cluster, draft);
  },
};

/** One cluster, as a dump of the clusters lists them. */
export const envoyCluster: Importer = {
  name: 'Envoy cluster',
  handles: (root) =>
    root.get('kind') === undefined &&
    root.get('name') !== undefined &&
    ['connectTimeout', 'loadBalancingPolicy', 'lbPolicy', 'circuitBreakers', 'outlierDetection'].some(
      (name) => root.get(name) !== undefined,
    ),
  read: readCluster,
};

// --- listeners -------------------------------------------------------------------------------------------------------

function readListener(listener: Cursor, draft: Draft): void {
  listener.skip('says where it listens', 'address', 'name');
  for (const chain of listener.list('filterChains')) {
    for (const filter of chain.list('filters')) {
      filter.skip('says what it is', 'name');
      const manager = filter.get('typedConfig');
      if (manager?.get('httpFilters') !== undefined) readConnectionManager(manager, draft);
    }
  }
}

function readConnectionManager(manager: Cursor, draft: Draft): void {
  manager.skip(
    'changes no decision',
    '@type',
    'statPrefix',
    'codecType',
    'accessLog',
    'generateRequestId',
    'useRemoteAddress',
  );
  manager.skip('says what it is', 'routeConfig.name');
  const services = new Set<string>();
  for (const host of manager.list('routeConfig.virtualHosts')) {
    host.skip('says who is routed', 'name', 'domains');
    host.list('routes').forEach((route, i) => {
      const service = readRoute(route, host, i, draft);
      if (service !== undefined) services.add(service);
    });
  }
  for (const filter of manager.list('httpFilters')) {
    filter.skip('says what it is', 'name', 'typedConfig.@type');
    const config = filter.get('typedConfig');
    if (config === undefined) continue;
    for (const service of services) {
      localRateLimit(config, service, null, draft);
      adaptiveConcurrency(config, service, draft);
    }
  }
}

function readRoute(route: Cursor, host: Cursor, index: number, draft: Draft): string | undefined {
  route.skip('says which requests are meant', 'match', 'name');
  const cluster = route.get('route.cluster');
  if (cluster === undefined) return undefined;
  const service = nameOf(String(cluster.take().value));
  const name = host.list('routes').length === 1 ? null : `${nameOf(host.text('name') ?? service)}-${index}`;
  if (name !== null) draft.route(name, service);
  const policy = route.get('route.retryPolicy') ?? host.get('retryPolicy');
  const settings: Settings = new Map();
  if (policy === undefined) note(settings, 'numRetries', 0, cluster, 'no retry_policy: no retries');
  else readRetryPolicy(policy, settings, draft);
  mapFields(route, settings, [['route.timeout', 'timeout', goDuration]]);
  draft.layer({
    service,
    route: name,
    rank: RANKS.retry,
    role: 'retry',
    kind: 'retry',
    policy: 'envoy',
    settings,
    comment: "Envoy's route timeout, and retries if there are any",
  });
  return service;
}

function readRetryPolicy(policy: Cursor, settings: Settings, draft: Draft): void {
  mapFields(policy, settings, [
    ['numRetries', 'numRetries', number],
    ['perTryTimeout', 'perTryTimeout', goDuration],
    ['retryBackOff.baseInterval', 'retryBackOff.baseInterval', goDuration],
    ['retryBackOff.maxInterval', 'retryBackOff.maxInterval', goDuration],
    ['hostSelectionRetryMaxAttempts', 'hostSelectionRetryMaxAttempts', number],
    ['retriableStatusCodes', 'retriableStatusCodes', (value) => (Array.isArray(value) ? value : undefined)],
  ]);
  const on = policy.get('retryOn');
  if (on !== undefined) {
    const { known, unknown } = retryConditions(String(on.value));
    for (const one of unknown) draft.warn(on, `the condition \`${one}\` is not known`);
    mapField(on, settings, 'retryOn', () => known);
  }
  const previous = policy.list('retryHostPredicate').find((one) => String(one.text('name')).endsWith('previous_hosts'));
  if (previous !== undefined) mapField(previous, settings, 'retryHostPredicate', () => ['previousHosts']);
}

// --- clusters --------------------------------------------------------------------------------------------------------

const BALANCERS = {
  ROUND_ROBIN: 'envoyRoundRobin',
  LEAST_REQUEST: 'envoyLeastRequest',
  RANDOM: 'random',
  RING_HASH: 'envoyRingHash',
  MAGLEV: 'envoyMaglev',
};

const EXTENSIONS = {
  round_robin: 'envoyRoundRobin',
  least_request: 'envoyLeastRequest',
  random: 'random',
  ring_hash: 'envoyRingHash',
  maglev: 'envoyMaglev',
};

const OF_NO_CONSEQUENCE = [
  'connectTimeout',
  'type',
  'dnsLookupFamily',
  'edsClusterConfig',
  'perConnectionBufferLimitBytes',
  'typedExtensionProtocolOptions',
  'ignoreHealthOnHostRemoval',
  'http2ProtocolOptions',
  'transportSocket',
];

function readCluster(cluster: Cursor, draft: Draft): void {
  const service = nameOf(cluster.text('name') ?? 'service');
  const pool = draft.service(service);
  cluster.skip('says what it is', 'name', 'loadAssignment.clusterName');
  cluster.skip('how it is reached and found, not how it behaves', ...OF_NO_CONSEQUENCE);
  const common = cluster.get('commonLbConfig');
  if (common !== undefined && common.children().length === 0) common.take();
  const hosts = cluster.list('loadAssignment.endpoints').flatMap((locality) => locality.list('lbEndpoints'));
  if (hosts.length > 0) {
    for (const host of hosts) host.take();
    const dns = ['STRICT_DNS', 'LOGICAL_DNS'].includes(cluster.text('type') ?? '');
    if (!dns && !pool.has('instances.initial'))
      note(pool, 'instances.initial', hosts.length, hosts[0], 'its endpoints');
  }
  readBalancer(cluster, service, draft);
  readThresholds(cluster, service, draft);
}

function readBalancer(cluster: Cursor, service: string, draft: Draft): void {
  const settings: Settings = new Map();
  const policy = cluster.get('lbPolicy');
  const extension = cluster.list('loadBalancingPolicy.policies')[0]?.get('typedExtensionConfig');
  const byExtension = named(EXTENSIONS)(extension?.text('name')?.split('.').at(-1)) as string | undefined;
  const byPolicy = named(BALANCERS)(policy?.value) as string | undefined;
  if (byPolicy !== undefined) policy!.take();
  if (byExtension !== undefined) {
    extension!.get('name')!.take();
    extension!.skip('changes nothing without localities', 'typedConfig.@type', 'typedConfig.localityLbConfig');
  }
  const config = extension?.get('typedConfig') ?? cluster.get('leastRequestLbConfig');
  if (config !== undefined) {
    mapFields(config, settings, [
      ['choiceCount', 'choiceCount', number],
      ['slowStartConfig.slowStartWindow', 'slowStartWindow', goDuration],
      ['minimumRingSize', 'minimumRingSize', number],
    ]);
  }
  const panic = cluster.get('commonLbConfig.healthyPanicThreshold');
  if (panic !== undefined) mapField(panic, settings, 'panicThreshold', percentage);
  const outliers = cluster.get('outlierDetection');
  if (outliers !== undefined) {
    note(settings, 'outlierDetection.policy', 'envoy', outliers);
    mapFields(outliers, settings, OUTLIER_DETECTION);
    // Envoy reads a consecutive count of 0 as off.
    for (const name of ['consecutiveGatewayFailure', 'consecutive5xx', 'consecutiveLocalOriginFailure']) {
      const at = `outlierDetection.${name}`;
      if (settings.get(at)?.value !== 0) continue;
      settings.delete(at);
      note(
        settings,
        `outlierDetection.enforcing${name.charAt(0).toUpperCase()}${name.slice(1)}`,
        '0%',
        outliers.get(name) ?? outliers,
        `${name} 0: off`,
      );
    }
    if (outliers.children().length === 0) outliers.take();
  }
  const [check] = cluster.list('healthChecks');
  if (check !== undefined) activeChecks(check, settings);
  const policyName = byExtension ?? byPolicy ?? 'envoyRoundRobin';
  const comment = byExtension === undefined && byPolicy === undefined ? "Envoy's default: ROUND_ROBIN" : undefined;
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

/** Thresholds of the default priority: how much at once. Inside the balancer, as in Envoy's connection pools. */
function readThresholds(cluster: Cursor, service: string, draft: Draft): void {
  for (const perHost of cluster.list('circuitBreakers.perHostThresholds')) readPerHost(perHost, service, draft);
  const [first] = cluster.list('circuitBreakers.thresholds');
  if (first === undefined) return;
  const retries = draft.layers.filter(
    (layer) => layer.service === service && layer.kind === 'retry' && layer.policy === 'envoy',
  );
  for (const { settings } of retries) mapFields(first, settings, THRESHOLDS.slice(3));
  const settings: Settings = new Map();
  mapFields(first, settings, THRESHOLDS);
  readProtocol(cluster, settings);
  first.skip('says who is meant', 'priority', 'trackRemaining');
  draft.layer({ ...thresholdsOf(service), role: 'thresholds', settings });
  showOverflows(service, first, draft);
}

const THRESHOLDS: readonly FieldMapping[] = [
  ['maxConnections', 'maxConnections', number],
  ['maxPendingRequests', 'maxPendingRequests', number],
  ['maxRequests', 'maxRequests', number],
  ['maxRetries', 'maxRetries', number],
  ['retryBudget.budgetPercent', 'retryBudget.budgetPercent', percentage],
  ['retryBudget.minRetryConcurrency', 'retryBudget.minRetryConcurrency', number],
];

function thresholdsOf(service: string): Pick<DraftLayer, 'service' | 'route' | 'rank' | 'kind' | 'policy'> {
  return { service, route: null, rank: RANKS.hostBreaker, kind: 'circuitBreaker', policy: 'envoy' };
}

/** The one limit that Envoy has for each host. */
function readPerHost(perHost: Cursor, service: string, draft: Draft): void {
  const settings: Settings = new Map();
  const connections = perHost.get('maxConnections');
  if (connections === undefined) return;
  mapField(connections, settings, 'maxConnections', number);
  note(settings, 'key', 'instance', connections);
  note(settings, 'maxRequests', UNLIMITED, connections, 'a host has no other limit than its connections');
  note(settings, 'maxRetries', UNLIMITED, connections);
  draft.layer({ ...thresholdsOf(service), role: 'per-host-thresholds', settings });
}

const UNLIMITED = 4294967295;

function readProtocol(cluster: Cursor, settings: Settings): void {
  const options = cluster.get('typedExtensionProtocolOptions')?.children() ?? [];
  const explicit = options.map((one) => one.get('explicitHttpConfig.http2ProtocolOptions'));
  const http2 = cluster.get('http2ProtocolOptions') ?? explicit.find((one) => one !== undefined);
  if (http2 !== undefined) note(settings, 'protocol', 'http2', http2);
}
