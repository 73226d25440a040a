import type { ServiceSpec, WorldSpec } from '../../../world/spec.ts';
import type { LintedDesign, LintedLayer } from '../linted-design.ts';
import { atLayer, configOf, numberOf } from '../linted-design.ts';
import { baseRate, capacityOf, risesOf } from '../load.ts';
import type { Rise } from '../load.ts';
import { reactionOf, told } from '../reaction.ts';
import type { Finding, Rule } from '../rule.ts';
import { named, perSecond, time } from '../words.ts';

export const autoscalerSlowerThanSurge: Rule = {
  code: 'OC401',
  name: 'autoscaler-slower-than-surge',
  severity: 'warning',
  about: 'The load passes what the ready instances can serve before the autoscaler can have added one.',
  why: 'Seeing the load, deciding, launching and starting up all take their time. What comes in between meets a full service, and retries make it worse.',
  fix: 'Keep more instances ready (`min`, a lower target), see sooner, start faster, or shed what cannot be served until then.',
  sources: ['Kubernetes Horizontal Pod Autoscaling: sync period, metrics delay, initial readiness', 'overcontrol'],
  check(design) {
    return design.autoscalers.flatMap((layer) => late(layer, design));
  },
};

function late(layer: LintedLayer, { world, registry }: LintedDesign): Finding[] {
  const service = world.services.find(({ name }) => name === configOf(layer, 'service'));
  if (service === undefined) return [];
  const ready = Math.max(service.instances.initial, numberOf(layer, 'min') ?? 0);
  const capacity = capacityOf(service, ready);
  const reaction = reactionOf(layer, service, registry);
  const findings = risesInto(service, world).flatMap((rise): Finding[] => {
    const headroom = timeToOverload(rise, capacity, targetOf(layer));
    if (headroom === undefined || headroom >= reaction.total) return [];
    const how = rise.to === rise.from ? 'at once' : `in ${time(rise.to - rise.from)}`;
    const message =
      `${named(layer)} takes ${told(reaction)}, but \`${rise.traffic}\` ${rise.what} from ${perSecond(rise.low)} to ${perSecond(rise.high)} ${how}, ` +
      `and ${ready} instances of \`${service.name}\` serve ${perSecond(capacity)}`;
    return [atLayer(layer, [], message)];
  });
  return findings;
}

/** Rises of what calls the service, with the base rate of its other callers added. */
function risesInto({ name }: ServiceSpec, world: WorldSpec): Rise[] {
  const callers = world.traffic.filter(({ to }) => to === name);
  return callers.flatMap((traffic) => {
    const others = callers.filter((one) => one !== traffic).reduce((sum, one) => sum + (baseRate(one) ?? 0), 0);
    return risesOf(traffic, world).map((rise) => ({ ...rise, low: rise.low + others, high: rise.high + others }));
  });
}

/** The utilization that it holds; what is above it is its signal to act. */
function targetOf(layer: LintedLayer): number {
  const target = numberOf(layer, 'scaleUpAt') ?? numberOf(layer, 'target') ?? 1;
  return target > 0 && target <= 1 ? target : 1;
}

/** From the load that it acts on to the load that is too much; undefined if it never is. */
function timeToOverload({ from, to, low, high }: Rise, capacity: number, target: number): number | undefined {
  if (high <= capacity || low >= capacity) return undefined;
  const seenAt = Math.max(low, Math.min(capacity * target, capacity));
  return ((to - from) * (capacity - seenAt)) / (high - low);
}
