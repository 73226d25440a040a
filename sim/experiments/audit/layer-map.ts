import type { LayerSpec } from '../../controllers/kind.ts';
import type { Registry } from '../../controllers/registry.ts';
import type { RetryPolicy } from '../../controllers/retry/policy.ts';
import { buildDistribution } from '../../kernel/distributions/index.ts';
import { NEVER } from '../../kernel/time.ts';
import type { DesignSpec, Scenario } from '../../scenario/scenario.ts';
import { formatDuration } from '../../units/duration.ts';
import type { TrafficSpec } from '../../world/spec.ts';

/** One thing that decides about requests. */
export interface MappedLayer {
  readonly name: string;
  readonly kind: string;
  readonly policy: string;
  /** The edge that it stands on; `beside` for an autoscaler; the service or traffic of a hidden one. */
  readonly where: string;
  readonly decides: string;
  /** On which signals, and how old they are. */
  readonly sees: string;
  readonly cadence: string;
  readonly fails: string;
  /** Nobody has written it down as a layer: a default, a part of a layer, or of the world. */
  readonly hidden: boolean;
}

/** Every layer of a design, outermost first, and what decides though no stack lists it. */
export function mapLayers(scenario: Scenario, design: DesignSpec, registry: Registry): MappedLayer[] {
  const edges = design.edges.flatMap(({ from, to, layers }) => {
    const where = `${from} > ${to}`;
    const listed = layers.flatMap((spec) => [asMapped(spec, where, registry), ...insideOf(spec, where, registry)]);
    const balanced = layers.some(({ kind }) => kind === 'loadBalancer');
    return balanced ? listed : [...listed, randomRouter(where)];
  });
  const beside = design.autoscalers.map((spec) => asMapped(spec, 'beside', registry));
  return [...edges, ...beside, ...ofTheWorld(scenario)];
}

function asMapped(spec: LayerSpec, where: string, registry: Registry): MappedLayer {
  const { card } = registry.kinds.get(spec.kind)!;
  return {
    name: spec.name,
    kind: spec.kind,
    policy: spec.policy,
    where,
    decides: card.decides,
    sees: `${card.signals} Here: ${ageOf(spec)}.`,
    cadence: card.cadence,
    fails: card.fails,
    hidden: spec.ofClients === true,
  };
}

function ageOf({ source, metrics }: LayerSpec): string {
  if (source === 'own') return 'what passes through it, live';
  const age = metrics.lag + metrics.interval + metrics.jitter;
  return age === 0 ? 'reported, live' : `reported, up to ${formatDuration(age)} old`;
}

/** Controllers inside of a layer: ejection, retries that its product makes unasked. */
function insideOf(spec: LayerSpec, where: string, registry: Registry): MappedLayer[] {
  const hidden: MappedLayer[] = [];
  const outliers = spec.config['outlierDetection'] as { policy: string } | undefined;
  if (outliers !== undefined) hidden.push(ejection(spec, outliers.policy, where));
  if (spec.kind === 'retry') {
    const policy = registry.policy(spec.kind, spec.policy)!.create(spec.config as never, undefined) as RetryPolicy;
    if (policy.perTryTimeout < NEVER || policy.timeout < NEVER) hidden.push(timer(spec, policy, where));
  }
  if (spec.kind === 'circuitBreaker') hidden.push(probe(spec, where));
  return hidden;
}

function ejection({ name }: LayerSpec, policy: string, where: string): MappedLayer {
  return {
    name: `${name}: outlier detection`,
    kind: 'loadBalancer',
    policy,
    where,
    decides: 'Which instances may be chosen at all.',
    sees: 'Results of what went through it.',
    cadence: 'Each result; back again at every interval.',
    fails: 'Moves the load of what it ejects to the rest, which may then fail for having too much.',
    hidden: true,
  };
}

function timer({ name, policy }: LayerSpec, { perTryTimeout, timeout }: RetryPolicy, where: string): MappedLayer {
  const limits = [
    ...(perTryTimeout < NEVER ? [`${formatDuration(perTryTimeout)} for a try`] : []),
    ...(timeout < NEVER ? [`${formatDuration(timeout)} for the call`] : []),
  ];
  return {
    name: `${name}: timer`,
    kind: 'retry',
    policy,
    where,
    decides: `When to give up: ${limits.join(', ')}.`,
    sees: 'The clock alone.',
    cadence: 'Each try.',
    fails: 'Gives up what is nearly done; the work goes on, for nobody.',
    hidden: true,
  };
}

function probe({ name, policy }: LayerSpec, where: string): MappedLayer {
  return {
    name: `${name}: probes`,
    kind: 'circuitBreaker',
    policy,
    where,
    decides: 'Which requests of real clients try out whether the trouble is over.',
    sees: 'Their results.',
    cadence: 'After each time open.',
    fails: 'Sends a client into what it knows to be broken; a slow probe keeps it open.',
    hidden: true,
  };
}

function randomRouter(where: string): MappedLayer {
  return {
    name: 'random router',
    kind: 'loadBalancer',
    policy: 'random',
    where,
    decides: 'Which instance each attempt goes to.',
    sees: 'Nothing.',
    cadence: 'Each attempt.',
    fails: 'Sends as much to a slow instance as to a quick one.',
    hidden: true,
  };
}

function patienceOf({ patience }: TrafficSpec): string {
  if (typeof patience === 'number') return formatDuration(patience);
  return `a time of its own, ${formatDuration(buildDistribution(patience).mean)} on average`;
}

/** What the clients and the services themselves decide. */
function ofTheWorld({ world }: Scenario): MappedLayer[] {
  const common = { kind: 'world', policy: '', hidden: true } as const;
  const patience = world.traffic
    .filter(({ patience }) => patience !== NEVER)
    .map((traffic): MappedLayer => ({
      ...common,
      name: `${traffic.name}: patience`,
      where: traffic.name,
      decides: `When a client hangs up: after ${patienceOf(traffic)}.`,
      sees: 'The clock alone.',
      cadence: 'Each request.',
      fails: 'The work goes on after the client has gone, unless cancellation reaches it.',
    }));
  const queues = world.services
    .filter(({ queue }) => queue.limit < Infinity)
    .map((service): MappedLayer => ({
      ...common,
      name: `${service.name}: full queue`,
      where: service.name,
      decides: `Whether there is room for one more: ${service.queue.limit} may wait at each instance.`,
      sees: 'Its own queue, live.',
      cadence: 'Each attempt.',
      fails: 'A quick refusal looks like an idle instance to whoever counts what is in flight.',
    }));
  return [...patience, ...queues];
}
