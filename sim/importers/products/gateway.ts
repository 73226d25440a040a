import { flag, goDuration, named, number, percentage } from '../conversions.ts';
import type { Draft, FieldMapping, Settings } from '../draft.ts';
import { mapField, mapFields, nameOf, note, RANKS } from '../draft.ts';
import type { Importer } from '../importer.ts';
import { isResource, skipIdentity } from '../importer.ts';
import type { Cursor } from '../manifest.ts';
import { activeChecks, OUTLIER_DETECTION } from './envoy-parts.ts';
import { linkerdRoute } from './linkerd.ts';

/** Gateways and backends say where things are. */
export const gateway: Importer = {
  name: 'Gateway API Gateway',
  handles: (root) => ['Gateway', 'GatewayClass', 'Backend'].includes(root.text('kind') ?? ''),
  read(root) {
    skipIdentity(root);
    root.skip('says where it listens, not how it behaves', 'spec');
  },
};

/** An HTTPRoute or GRPCRoute: each rule is a route of its own, with its retries and timeouts. */
export const route: Importer = {
  name: 'Gateway API HTTPRoute',
  handles: (root) =>
    ['HTTPRoute', 'GRPCRoute'].includes(root.text('kind') ?? '') && (root.text('apiVersion') ?? '').includes('gateway'),
  read(root, draft) {
    skipIdentity(root);
    root.skip('says who is routed', 'spec.parentRefs', 'spec.hostnames');
    const name = nameOf(root.text('metadata.name') ?? 'route');
    const rules = root.list('spec.rules');
    rules.forEach((rule, i) => {
      const service = serviceOf(rule, root);
      const of = rules.length > 1 ? `${name}-${i}` : name;
      draft.route(of, service);
      readRule(rule, of, service, draft);
      linkerdRoute(root, of, service, draft);
    });
  },
};

/** The first backend; in a mesh, where rules have none, the service that the route belongs to. */
function serviceOf(rule: Cursor, root: Cursor): string {
  const [backend] = rule.list('backendRefs');
  const parent = root.list('spec.parentRefs').find((one) => one.text('kind') === 'Service');
  return nameOf(backend?.text('name') ?? parent?.text('name') ?? root.text('metadata.name') ?? 'service');
}

function readRule(rule: Cursor, name: string, service: string, draft: Draft): void {
  rule.skip('says which requests are meant', 'matches', 'name');
  const [first, ...others] = rule.list('backendRefs');
  first?.take();
  for (const other of others) draft.leave(other, 'traffic is not split here: all of it goes to the first backend');
  const settings: Settings = new Map();
  mapFields(rule, settings, [
    ['retry.attempts', 'numRetries', number],
    ['retry.backoff', 'retryBackOff.baseInterval', goDuration],
    ['timeouts.backendRequest', 'perTryTimeout', goDuration],
    ['timeouts.request', 'timeout', goDuration],
  ]);
  const codes = rule.get('retry.codes');
  if (
    codes !== undefined &&
    mapField(codes, settings, 'retriableStatusCodes', (value) => (Array.isArray(value) ? value : undefined))
  ) {
    note(
      settings,
      'retryOn',
      ['retriable-status-codes', 'connect-failure', 'reset'],
      codes,
      'codes, and what has no code',
    );
  }
  if (settings.size === 0) return;
  if (!settings.has('numRetries')) note(settings, 'numRetries', 0, rule, 'no retry stanza: no retries');
  draft.layer({ service, route: name, rank: RANKS.retry, role: 'retry', kind: 'retry', policy: 'envoy', settings });
}

const PASSIVE: readonly FieldMapping[] = [
  ...OUTLIER_DETECTION.filter(([from]) => !from.includes('onsecutive')),
  ['consecutive5XxErrors', 'outlierDetection.consecutive5xx', number],
  ['consecutiveLocalOriginFailures', 'outlierDetection.consecutiveLocalOriginFailure', number],
  ['splitExternalLocalOriginErrors', 'outlierDetection.splitExternalLocalOriginErrors', flag],
];

const BALANCERS = {
  RoundRobin: 'envoyRoundRobin',
  LeastRequest: 'envoyLeastRequest',
  Random: 'random',
  ConsistentHash: 'envoyMaglev',
};

const SECONDS = { Second: '1s', Minute: '1m', Hour: '1h', Day: '1d' };

/** Envoy Gateway's BackendTrafficPolicy. */
export const backendTrafficPolicy: Importer = {
  name: 'Envoy Gateway BackendTrafficPolicy',
  handles: (root) => isResource(root, 'BackendTrafficPolicy', 'gateway.envoyproxy.io/'),
  read(root, draft) {
    skipIdentity(root);
    const target = root.get('spec.targetRef') ?? root.list('spec.targetRefs')[0];
    target?.take();
    const name = nameOf(target?.text('name') ?? root.text('metadata.name') ?? 'service');
    const service = draft.routes.get(name) ?? draft.routes.get(`${name}-0`) ?? name;
    const on = { service, route: draft.routes.has(name) ? name : null };
    const spec = root.get('spec');
    if (spec === undefined) return;
    if (target?.text('kind') === 'Gateway')
      draft.warn(
        target,
        `\`${name}\` is a gateway: what it sets is taken for a service of this name, not for every route`,
      );
    readRetry(spec, on, draft);
    readBalancer(spec, on, draft);
    readLimits(spec, on, draft);
  },
};

interface On {
  readonly service: string;
  readonly route: string | null;
}

function readRetry(spec: Cursor, on: On, draft: Draft): void {
  const retry = spec.get('retry');
  const timeout = spec.get('timeout.http.requestTimeout');
  if (retry === undefined && timeout === undefined) return;
  const settings: Settings = new Map();
  if (retry === undefined) note(settings, 'numRetries', 0, timeout!, 'no retry stanza: no retries');
  else {
    note(settings, 'numRetries', 2, null, "Envoy Gateway's default");
    mapFields(retry, settings, [
      ['numRetries', 'numRetries', number],
      ['perRetry.timeout', 'perTryTimeout', goDuration],
      ['retryOn.httpStatusCodes', 'retriableStatusCodes', (value) => (Array.isArray(value) ? value : undefined)],
      ['retryOn.triggers', 'retryOn', (value) => (Array.isArray(value) ? value : undefined)],
      ['perRetry.backoff.baseInterval', 'retryBackOff.baseInterval', positive],
      ['perRetry.backoff.maxInterval', 'retryBackOff.maxInterval', positive],
    ]);
  }
  if (timeout !== undefined) mapField(timeout, settings, 'timeout', goDuration);
  draft.layer({ ...on, rank: RANKS.retry, role: 'retry', kind: 'retry', policy: 'envoy', settings });
}

/** An interval of nothing is refused by Envoy too. */
function positive(value: unknown): unknown {
  const read = goDuration(value);
  return read === '0s' ? undefined : read;
}

function readBalancer(spec: Cursor, on: On, draft: Draft): void {
  const passive = spec.get('healthCheck.passive');
  const type = spec.get('loadBalancer.type');
  const active = spec.get('healthCheck.active');
  if (passive === undefined && type === undefined && active === undefined) return;
  const settings: Settings = new Map();
  const policy = named(BALANCERS)(type?.value) as string | undefined;
  if (policy !== undefined) type!.take();
  mapFields(spec, settings, [['loadBalancer.slowStart.window', 'slowStartWindow', goDuration]]);
  if (active !== undefined) activeChecks(active, settings);
  if (passive !== undefined) {
    note(settings, 'outlierDetection.policy', 'envoy', passive);
    mapFields(passive, settings, PASSIVE);
    const gatewayErrors = passive.get('consecutiveGatewayErrors');
    if (gatewayErrors !== undefined) {
      const count = Number(gatewayErrors.take().value);
      if (count > 0) note(settings, 'outlierDetection.consecutiveGatewayFailure', count, gatewayErrors);
      note(settings, 'outlierDetection.enforcingConsecutiveGatewayFailure', count > 0 ? '100%' : '0%', gatewayErrors);
    }
  }
  draft.layer({
    ...on,
    route: null,
    rank: RANKS.balancer,
    role: 'balancer',
    kind: 'loadBalancer',
    policy: policy ?? 'envoyLeastRequest',
    settings,
  });
}

function readLimits(spec: Cursor, on: On, draft: Draft): void {
  const retries = spec.get('circuitBreaker.maxParallelRetries');
  const retry = draft.layers.find((layer) => layer.service === on.service && layer.kind === 'retry');
  if (retries !== undefined && retry !== undefined) mapField(retries, retry.settings, 'maxRetries', number);
  const thresholds = mapFields(spec, new Map(), [
    ['circuitBreaker.maxConnections', 'maxConnections', number],
    ['circuitBreaker.maxPendingRequests', 'maxPendingRequests', number],
    ['circuitBreaker.maxParallelRequests', 'maxRequests', number],
    ['circuitBreaker.maxParallelRetries', 'maxRetries', number],
  ]);
  if (thresholds.size > 0) {
    draft.layer({
      ...on,
      route: null,
      rank: RANKS.hostBreaker,
      role: 'thresholds',
      kind: 'circuitBreaker',
      policy: 'envoy',
      settings: thresholds,
    });
  }
  for (const rule of spec.list('rateLimit.local.rules')) readLocalRule(rule, on, draft);
  const admission = spec.get('admissionControl');
  if (admission !== undefined) readAdmission(admission, on, draft);
}

function readLocalRule(rule: Cursor, on: On, draft: Draft): void {
  const limit = rule.get('limit');
  const interval = named(SECONDS)(limit?.text('unit')) as string | undefined;
  if (limit === undefined || interval === undefined) return;
  const settings: Settings = new Map();
  const count = Number(limit.take().text('requests'));
  note(settings, 'maxTokens', count, limit);
  note(settings, 'tokensPerFill', count, limit);
  note(settings, 'fillInterval', interval, limit);
  draft.layer({
    ...on,
    rank: RANKS.rateLimit,
    role: 'rate-limit',
    kind: 'rateLimiter',
    policy: 'envoyLocalRateLimit',
    settings,
  });
}

/** Envoy's admission control rejects by the success rate, as adaptive throttling does; the formulas differ a little. */
function readAdmission(admission: Cursor, on: On, draft: Draft): void {
  const settings: Settings = new Map();
  mapFields(admission, settings, [['samplingWindow', 'window', goDuration]]);
  const rate = admission.get('minSuccessRate');
  if (rate !== undefined) {
    const share = Number(String(percentage(rate.value)).replace('%', '')) / 100;
    mapField(
      rate,
      settings,
      'k',
      () => Number((1 / share).toPrecision(6)),
      'rejects below the same share of successes',
    );
    draft.warn(
      rate,
      'admission control is imported as adaptive throttling, which has no exponent, no least rate and no highest share of rejections',
    );
  }
  note(settings, 'purpose', 'protection', admission);
  draft.layer({
    ...on,
    rank: RANKS.admission,
    role: 'admission-control',
    kind: 'rateLimiter',
    policy: 'adaptiveThrottle',
    settings,
  });
}
