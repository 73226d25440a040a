import type { InstanceView, ScalerView } from '../../policy.ts';

/** An instance that has been there and ready from the start, freshly measured. */
export function instance(given: Partial<InstanceView> = {}): InstanceView {
  return {
    startedAt: -Infinity,
    readyChangedAt: -Infinity,
    ready: true,
    leaving: false,
    utilization: 0.5,
    concurrency: 1,
    metricAt: 0,
    ...given,
  };
}

/** So many instances that are all alike. */
export function instances(count: number, given: Partial<InstanceView> = {}): InstanceView[] {
  return Array.from({ length: count }, () => instance(given));
}

/** A view in which everything agrees: as many replicas as instances that stay, flat history. */
export function scalerView(given: Partial<ScalerView> = {}): ScalerView {
  const list = given.instances ?? [];
  const staying = list.filter((one) => !one.leaving);
  const view: ScalerView = {
    replicas: staying.length,
    ready: staying.filter((one) => one.ready).length,
    instances: list,
    requestRate: 0,
    concurrency: 0,
    window: 0,
    asOf: 0,
    meanConcurrency: () => view.concurrency,
    meanRequestRate: () => view.requestRate,
    ...given,
  };
  return view;
}
