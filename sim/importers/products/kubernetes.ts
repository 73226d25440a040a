import { goDuration, named, number, percentage, quantity, seconds } from '../conversions.ts';
import type { Draft, FieldMapping, Settings } from '../draft.ts';
import { mapField, mapFields, nameOf, note } from '../draft.ts';
import type { Cursor } from '../manifest.ts';
import type { Importer } from '../importer.ts';
import { isResource, skipIdentity } from '../importer.ts';

/** A Deployment is a pool of instances. */
export const deployment: Importer = {
  name: 'Kubernetes Deployment',
  handles: (root) => isResource(root, 'Deployment', 'apps/') || isResource(root, 'StatefulSet', 'apps/'),
  read(root, draft) {
    const service = draft.service(nameOf(root.text('metadata.name') ?? 'service'));
    skipIdentity(root);
    root.skip('says which pods belong to it', 'spec.selector', 'spec.template.metadata');
    root.skip('how it is rolled out, which is not simulated', ...ROLLOUT);
    root.skip('what runs in it, not how it behaves', ...POD);
    mapFields(root, service, [['spec.replicas', 'instances.initial', number]]);
    for (const container of root.list('spec.template.spec.containers')) readContainer(container, root, service);
  },
};

const ROLLOUT = ['spec.strategy', 'spec.updateStrategy', 'spec.revisionHistoryLimit', 'spec.progressDeadlineSeconds'];

const POD = ['serviceAccountName', 'securityContext', 'volumes', 'restartPolicy', 'imagePullSecrets'].map(
  (name) => `spec.template.spec.${name}`,
);

const OF_NO_CONSEQUENCE = [
  'name',
  'image',
  'imagePullPolicy',
  'ports',
  'command',
  'args',
  'env',
  'envFrom',
  'securityContext',
  'volumeMounts',
];

function readContainer(container: Cursor, root: Cursor, service: Settings): void {
  container.skip('what runs in it, not how it behaves', ...OF_NO_CONSEQUENCE);
  readReadiness(container.get('readinessProbe'), service);
  const minReady = root.get('spec.minReadySeconds');
  if (minReady === undefined || !(Number(minReady.value) > 0) || service.has('coldStart')) return;
  note(service, 'coldStart', seconds(Number(minReady.take().value)), minReady, 'at least: minReadySeconds');
}

function readReadiness(probe: Cursor | undefined, service: Settings): void {
  if (probe === undefined) return;
  mapFields(
    probe,
    service,
    ['initialDelaySeconds', 'periodSeconds', 'timeoutSeconds', 'successThreshold', 'failureThreshold'].map(
      (name) => [name, `readiness.${name}`, number] as const,
    ),
  );
  if (!service.has('readiness.periodSeconds')) note(service, 'readiness.periodSeconds', 10, probe, 'the default');
  probe.skip('what a probe asks for: here a shallow one', 'httpGet', 'tcpSocket', 'exec', 'grpc');
}

/** A Service says nothing but a name. */
export const service: Importer = {
  name: 'Kubernetes Service',
  handles: (root) =>
    ['Service', 'ServiceAccount', 'Namespace'].includes(root.text('kind') ?? '') && root.text('apiVersion') === 'v1',
  read(root) {
    skipIdentity(root);
    root.skip('says where it is reached, not how it behaves', 'spec');
  },
};

const DIRECTION: readonly FieldMapping[] = [
  ['stabilizationWindowSeconds', 'stabilizationWindow', seconds],
  ['selectPolicy', 'selectPolicy', named({ Max: 'Max', Min: 'Min', Disabled: 'Disabled' })],
  ['tolerance', 'tolerance', (value) => percentage(Number(value) * 100)],
];

/** A HorizontalPodAutoscaler. The controller's own flags are not in it. */
export const hpa: Importer = {
  name: 'Kubernetes HorizontalPodAutoscaler',
  handles: (root) => isResource(root, 'HorizontalPodAutoscaler', 'autoscaling/'),
  read(root, draft) {
    skipIdentity(root);
    const target = root.get('spec.scaleTargetRef');
    const name = nameOf(target?.text('name') ?? root.text('metadata.name') ?? 'service');
    target?.take();
    const settings: Settings = new Map();
    mapFields(root, settings, [
      ['spec.minReplicas', 'min', number],
      ['spec.maxReplicas', 'max', number],
      ['spec.targetCPUUtilizationPercentage', 'target', percentage],
    ]);
    const pool = draft.service(name);
    const least = root.get('spec.minReplicas');
    if (!pool.has('instances.initial')) {
      note(pool, 'instances.initial', least?.value ?? 1, least ?? null, 'the least that there are');
    }
    const most = root.get('spec.maxReplicas');
    if (most !== undefined) note(pool, 'instances.max', most.value, most);
    readMetrics(root, settings, draft);
    for (const direction of ['scaleUp', 'scaleDown']) readDirection(root, direction, settings);
    assumeCluster(settings);
    draft.autoscalers.push({ service: name, policy: 'hpa', settings });
  },
};

/** What is set for the whole cluster, and so stands in no object. */
export function assumeCluster(settings: Settings): void {
  note(settings, 'syncPeriod', '15s', null, "the controller's --horizontal-pod-autoscaler-sync-period");
  note(settings, 'metrics.lag', '15s', null, "metrics-server's --metric-resolution as shipped");
  note(settings, 'metrics.interval', '15s', null, 'the same');
}

function readMetrics(root: Cursor, settings: Settings, draft: Draft): void {
  const [first, ...others] = root.list('spec.metrics');
  for (const other of others) draft.leave(other, 'a layer holds one metric: the first one is taken, this one is not');
  if (first === undefined) return;
  const type = first.text('type');
  if (type === 'Resource' || type === 'ContainerResource') {
    const metric = first.get(type === 'Resource' ? 'resource' : 'containerResource');
    const utilization = metric?.get('target.averageUtilization');
    const resource = metric?.text('name') ?? '';
    if (utilization === undefined || !mapField(utilization, settings, 'target', percentage)) return;
    if (resource !== 'cpu')
      draft.warn(utilization, `the target is of ${resource}; here it is the share of the slots in use`);
    note(
      settings,
      'metric',
      'utilization',
      metric?.get('name') ?? null,
      `${resource}: the share of the slots in use stands for it`,
    );
    first.take();
    return;
  }
  readOtherMetric(first, type ?? '', settings, draft);
}

/** Pods, Object and External metrics: a rate for each replica, as far as one can know. */
function readOtherMetric(metric: Cursor, type: string, settings: Settings, draft: Draft): void {
  const body = metric.get(type.charAt(0).toLowerCase() + type.slice(1));
  const average = body?.get('target.averageValue');
  if (average === undefined || !mapField(average, settings, 'perReplica', quantity)) return;
  note(settings, 'metric', 'requestRate', body?.get('metric.name') ?? null, body?.text('metric.name'));
  draft.warn(
    average,
    `\`${body?.text('metric.name') ?? type}\` is taken as requests a second for each replica: look whether it counts those`,
  );
  metric.take();
}

function readDirection(root: Cursor, direction: string, settings: Settings): void {
  const rules = root.get(`spec.behavior.${direction}`);
  if (rules === undefined) return;
  mapFields(
    rules,
    settings,
    DIRECTION.map(([from, to, as]) => [from, `${direction}.${to}`, as] as const),
  );
  const policies = rules.get('policies');
  if (policies === undefined) return;
  const list = policies.children().map((policy) => ({
    type: policy.text('type'),
    value: Number(policy.text('value')),
    period: goDuration(`${policy.text('periodSeconds')}s`),
  }));
  mapField(policies, settings, `${direction}.policies`, () => list);
}

/** A KEDA ScaledObject: a trigger that is polled, and an HPA that it makes. */
export const keda: Importer = {
  name: 'KEDA ScaledObject',
  handles: (root) => isResource(root, 'ScaledObject', 'keda.sh/'),
  read(root, draft) {
    skipIdentity(root);
    const target = root.get('spec.scaleTargetRef');
    const name = nameOf(target?.text('name') ?? 'service');
    target?.take();
    const settings: Settings = new Map();
    mapFields(root, settings, [
      ['spec.minReplicaCount', 'min', number],
      ['spec.maxReplicaCount', 'max', number],
      ['spec.idleReplicaCount', 'idle', number],
      ['spec.pollingInterval', 'pollingInterval', seconds],
      ['spec.cooldownPeriod', 'cooldownPeriod', seconds],
      ['spec.initialCooldownPeriod', 'initialCooldownPeriod', seconds],
    ]);
    const most = root.get('spec.maxReplicaCount');
    note(draft.service(name), 'instances.max', most?.value ?? 100, most ?? null);
    readTrigger(root, settings, draft);
    assumeCluster(settings);
    draft.autoscalers.push({ service: name, policy: 'keda', settings });
  },
};

/** What triggers call the value that each replica should have. */
const THRESHOLDS = ['threshold', 'targetValue', 'value', 'lagThreshold', 'queueLength', 'activationThreshold'];

function readTrigger(root: Cursor, settings: Settings, draft: Draft): void {
  const [first, ...others] = root.list('spec.triggers');
  for (const other of others) draft.leave(other, 'a layer holds one trigger: the first one is taken, this one is not');
  if (first === undefined) return;
  const field = THRESHOLDS.map((name) => first.get(`metadata.${name}`)).find((one) => one !== undefined);
  if (field !== undefined && mapField(field, settings, 'threshold', quantity)) {
    first.get('type')?.take();
    return;
  }
  note(
    settings,
    'threshold',
    10,
    null,
    `requests for each replica: the trigger \`${first.text('type')}\` has no target that is known here`,
  );
  draft.leave(first, `the trigger \`${first.text('type')}\` is not known: \`threshold\` is assumed`);
}

const KNATIVE: readonly FieldMapping[] = [
  ['min-scale', 'min', number],
  ['max-scale', 'max', number],
  ['initial-scale', 'initialScale', number],
  ['container-concurrency-target-default', 'target', number],
  ['requests-per-second-target-default', 'rpsTarget', number],
  [
    'container-concurrency-target-percentage',
    'targetUtilization',
    (value) => percentage(Number(value) <= 1 ? Number(value) * 100 : value),
  ],
  ['stable-window', 'stableWindow', goDuration],
  ['panic-window-percentage', 'panicWindowPercentage', percentage],
  ['panic-threshold-percentage', 'panicThresholdPercentage', percentage],
  ['max-scale-up-rate', 'maxScaleUpRate', number],
  ['max-scale-down-rate', 'maxScaleDownRate', number],
  ['scale-down-delay', 'scaleDownDelay', goDuration],
  ['target-burst-capacity', 'targetBurstCapacity', number],
  ['activator-capacity', 'activatorCapacity', number],
  ['enable-scale-to-zero', 'scaleToZero', (value) => String(value) === 'true'],
  ['scale-to-zero-grace-period', 'scaleToZeroGracePeriod', goDuration],
  ['scale-to-zero-pod-retention-period', 'scaleToZeroPodRetention', goDuration],
];

/** Stands for a pool without a limit. */
const UNLIMITED = 20;

/** Knative's config-autoscaler: settings of every revision of the cluster. */
export const knative: Importer = {
  name: 'Knative config-autoscaler',
  handles: (root) => isResource(root, 'ConfigMap', 'v1') && root.text('metadata.name') === 'config-autoscaler',
  read(root, draft) {
    skipIdentity(root);
    root.skip('an example: Knative does not read it', 'data._example');
    const settings: Settings = new Map();
    const data = root.get('data');
    if (data !== undefined) mapFields(data, settings, KNATIVE);
    const most = root.at(['data', 'max-scale']);
    const limit = Number(most?.value ?? 0);
    // 0 is no limit; a simulated pool has one.
    note(draft.service('revision'), 'instances.max', limit > 0 ? limit : UNLIMITED, limit > 0 ? most! : null);
    draft.autoscalers.push({ service: 'revision', policy: 'knative', settings });
  },
};
