import { describe, expect, it } from 'vitest';
import { imported } from '../testing/imported.ts';

const HPA = `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: front }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: front }
  minReplicas: 2
  maxReplicas: 9
  metrics:
  - type: Resource
    resource: { name: cpu, target: { type: Utilization, averageUtilization: 60 } }
  behavior:
    scaleDown:
      stabilizationWindowSeconds: 120
      policies:
      - { type: Pods, value: 1, periodSeconds: 30 }
`;

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: { name: front, labels: { app: front } }
spec:
  replicas: 3
  minReadySeconds: 3
  selector: { matchLabels: { app: front } }
  template:
    metadata: { labels: { app: front } }
    spec:
      containers:
      - name: main
        image: front:1
        readinessProbe: { initialDelaySeconds: 5, periodSeconds: 4 }
        livenessProbe: { periodSeconds: 9 }
        resources: { limits: { cpu: 200m } }
`;

describe('a HorizontalPodAutoscaler', () => {
  it('becomes an autoscaler with its range, target and behavior', () => {
    const { settings, scenario, warnings } = imported(HPA);
    expect(settings).toEqual(
      expect.arrayContaining([
        'front-hpa.min = 2 @6',
        'front-hpa.max = 9 @7',
        'front-hpa.target = 60% @10',
        'front-hpa.scaleDown.stabilizationWindow = 2m @13',
        'front-hpa.scaleDown.policies = [{"type":"Pods","value":1,"period":"30s"}] @14',
      ]),
    );
    expect(warnings).toEqual([]);
    expect(scenario.designs[0].autoscalers[0]).toMatchObject({ policy: 'hpa', config: { service: 'front', max: 9 } });
    expect(scenario.world.services[0].instances).toEqual({ initial: 2, max: 9 });
  });

  it('says what stands in no object, but is set for the whole cluster', () => {
    expect(imported(HPA).text).toMatch(/syncPeriod: 15s +# the controller's --horizontal-pod-autoscaler-sync-period/);
  });

  it('takes another metric for requests a second, and says so', () => {
    const external = HPA.replace(
      /- type: Resource\n.*\n/,
      '- type: External\n    external: { metric: { name: rps }, target: { type: AverageValue, averageValue: 2500m } }\n  - { type: Resource, resource: { name: memory } }\n',
    );
    const { settings, warnings } = imported(external);
    expect(settings).toContain('front-hpa.perReplica = 2.5 @10');
    expect(warnings).toEqual([
      '10: spec.metrics[0].external.target.averageValue: `rps` is taken as requests a second for each replica: look whether it counts those',
      '11: spec.metrics[1]: a layer holds one metric: the first one is taken, this one is not',
    ]);
  });
});

describe('a Deployment', () => {
  it('becomes a pool with its readiness probes, that takes at least minReadySeconds', () => {
    const { settings, warnings, scenario } = imported(DEPLOYMENT);
    expect(settings).toEqual([
      'front.instances.initial = 3 @5',
      'front.readiness.initialDelaySeconds = 5 @14',
      'front.readiness.periodSeconds = 4 @14',
      'front.coldStart = 3s @6',
    ]);
    expect(scenario.world.services[0]).toMatchObject({ name: 'front', instances: { initial: 3 } });
    expect(warnings).toEqual([
      '15: spec.template.spec.containers[0].livenessProbe: not understood: no setting of a scenario takes it',
      '16: spec.template.spec.containers[0].resources: not understood: no setting of a scenario takes it',
    ]);
  });

  it('is the pool of the autoscaler that names it, whichever file comes first', () => {
    for (const files of [
      [DEPLOYMENT, HPA],
      [HPA, DEPLOYMENT],
    ]) {
      const { scenario } = imported(...files);
      expect(scenario.world.services.map(({ name, instances }) => [name, instances])).toEqual([
        ['front', { initial: 3, max: 9 }],
      ]);
    }
  });
});

describe('a ScaledObject', () => {
  const keda = (trigger: string) => `apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: worker }
spec:
  scaleTargetRef: { name: worker }
  pollingInterval: 20
  cooldownPeriod: 200
  minReplicaCount: 0
  maxReplicaCount: 30
  triggers:
  - ${trigger}
`;

  it('becomes an autoscaler with its own poll, and the target of its trigger', () => {
    const { settings } = imported(keda('{ type: prometheus, metadata: { threshold: "40" } }'));
    expect(settings).toEqual(
      expect.arrayContaining([
        'worker-keda.pollingInterval = 20s @6',
        'worker-keda.cooldownPeriod = 3m20s @7',
        'worker-keda.max = 30 @9',
        'worker-keda.threshold = 40 @11',
      ]),
    );
  });

  it('assumes a target where the trigger is not known', () => {
    const { warnings, text } = imported(keda('{ type: odd, metadata: { depth: "4" } }'));
    expect(warnings[0]).toBe('11: spec.triggers[0]: the trigger `odd` is not known: `threshold` is assumed');
    expect(text).toMatch(/threshold: 10 +# requests for each replica: the trigger `odd` has no target/);
  });
});

describe("Knative's config-autoscaler", () => {
  const config = (entries: string) => `apiVersion: v1
kind: ConfigMap
metadata: { name: config-autoscaler, namespace: knative-serving }
data:
${entries}`;

  it('becomes an autoscaler', () => {
    const { settings, warnings } = imported(
      config(
        '  stable-window: "30s"\n  panic-threshold-percentage: "150.0"\n  container-concurrency-target-percentage: "0.6"\n  pod-autoscaler-class: hpa\n',
      ),
    );
    expect(settings).toEqual([
      'revision-knative.targetUtilization = 60% @7',
      'revision-knative.stableWindow = 30s @5',
      'revision-knative.panicThresholdPercentage = 150% @6',
    ]);
    expect(warnings).toEqual(['8: data.pod-autoscaler-class: not understood: no setting of a scenario takes it']);
  });

  it('does not read the example that stands in it', () => {
    const { settings, withoutEffect } = imported(config('  _example: |\n    stable-window: "60s"\n'));
    expect(settings).toEqual([]);
    expect(withoutEffect).toContain('data._example');
  });
});
