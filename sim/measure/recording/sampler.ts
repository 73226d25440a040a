import { MILLISECOND } from '../../kernel/time.ts';
import type { Layer, LayerIdentity } from '../../stack/layer.ts';
import { DOWN, LEAVING, READY, STARTING } from '../../world/instance.ts';
import type { ConflictMatrix } from '../conflicts.ts';
import type { World } from '../../world/world.ts';
import type { SampleColumns, SampleGroup, SampleKind, SampleLayout } from './chunk.ts';
import { Floats } from './columns.ts';

/** Keys of a layer (clients, mostly) beyond this number are not sampled. */
const MOST_KEYS = 64;

const HEALTHY = 0;
const SLOW = 1;
const FAILING = 2;
const IS_STARTING = 3;
const IS_LEAVING = 4;
const IS_DOWN = 5;

/** What a sample needs to look at. */
export interface Sampled {
  readonly world: World;
  readonly identities: readonly LayerIdentity[];
  /** By index of the layer, those on the path; filled before the first sample. */
  readonly layers: readonly Layer[];
  /** By index of the layer: how many keys it keeps states apart for. */
  readonly keys: readonly number[];
  readonly conflicts: ConflictMatrix;
}

/** What one layer did since the last sample. */
export class ActCounts {
  decisions = 0;
  ageSum = 0;
  refusals = 0;
  retries = 0;
}

/** Takes samples of what the layers believe and what is true. Looking changes nothing. */
export class Sampler {
  readonly layout: SampleLayout;
  /** By layer and key: codes of states, kept by the recorder. */
  readonly states: readonly Float32Array[];
  readonly acts: readonly ActCounts[];
  private readonly sampled: Sampled;
  private readonly rows = new Floats();
  private count = 0;

  /** @param interval milliseconds */
  constructor(sampled: Sampled, interval: number) {
    this.sampled = sampled;
    const { identities, keys, world } = sampled;
    const groups: SampleGroup[] = [];
    let width = 0;
    const add = (kind: SampleKind, service: number, layer: number, count: number): void => {
      groups.push({ kind, service, layer, offset: width, count });
      width += count;
    };
    world.services.forEach(({ instances }, service) => {
      add('load', service, -1, instances.length);
      add('health', service, -1, instances.length);
      add('replicas', service, -1, 3);
    });
    const sampledKeys = keys.map((count) => Math.min(count, MOST_KEYS));
    identities.forEach(({ kind }, layer) => {
      const count = kind === 'loadBalancer' ? keys[layer] : sampledKeys[layer];
      if (count > 0) {
        if (kind === 'loadBalancer' || kind === 'rateLimiter') add('believed', -1, layer, count);
        if (kind === 'rateLimiter') add('entitled', -1, layer, count);
        if (kind !== 'rateLimiter' && kind !== 'retry') add('state', -1, layer, count);
      }
      add('acts', -1, layer, 4);
    });
    this.layout = { interval, width, groups };
    this.states = keys.map((count) => new Float32Array(count));
    this.acts = identities.map(() => new ActCounts());
  }

  sample(now: number): void {
    for (const group of this.layout.groups) this.sampleGroup(group, now);
    this.count++;
  }

  take(): SampleColumns {
    const { count } = this;
    this.count = 0;
    return { rows: this.rows.take(), count };
  }

  private sampleGroup({ kind, service, layer, count }: SampleGroup, now: number): void {
    const { rows } = this;
    switch (kind) {
      case 'load':
        for (const instance of this.sampled.world.services[service].instances)
          rows.push(instance.busy + instance.waiting);
        return;
      case 'health':
        for (let i = 0; i < count; i++) rows.push(this.healthOf(service, i, now));
        return;
      case 'replicas':
        this.sampleReplicas(service);
        return;
      case 'believed':
        for (let key = 0; key < count; key++) rows.push(this.sampled.layers[layer].believedOf(key));
        return;
      case 'entitled':
        for (let key = 0; key < count; key++) rows.push(this.sampled.layers[layer].entitledOf(key));
        return;
      case 'state':
        for (let key = 0; key < count; key++) rows.push(this.states[layer][key]);
        return;
      case 'acts':
        this.sampleActs(this.acts[layer]);
    }
  }

  private sampleReplicas(index: number): void {
    const service = this.sampled.world.services[index];
    let starting = 0;
    for (const { state } of service.instances) if (state === STARTING) starting++;
    this.rows.push(service.wanted);
    this.rows.push(starting);
    this.rows.push(service.ready.length);
  }

  private sampleActs(acts: ActCounts): void {
    this.rows.push(acts.decisions);
    this.rows.push(acts.ageSum / MILLISECOND);
    this.rows.push(acts.refusals);
    this.rows.push(acts.retries);
    acts.decisions = acts.ageSum = acts.refusals = acts.retries = 0;
  }

  /** How an instance is, by its state and the faults that strike it now. */
  private healthOf(serviceIndex: number, index: number, now: number): number {
    const { world } = this.sampled;
    const { instances, spec } = world.services[serviceIndex];
    const { state } = instances[index];
    if (state === DOWN) return IS_DOWN;
    if (state === STARTING) return IS_STARTING;
    if (state === LEAVING) return IS_LEAVING;
    if (state !== READY) return IS_DOWN;
    let health = HEALTHY;
    for (const { act, from, until, instances: struck } of world.plan.occurrences) {
      if (now < from || now >= until || !('service' in act) || act.service !== spec.name) continue;
      if (act.kind !== 'dependency' && !struck.includes(index)) continue;
      const fails = act.kind === 'errors' || act.kind === 'wrong' || act.kind === 'gray';
      health = Math.max(health, fails ? FAILING : SLOW);
    }
    return health;
  }
}
