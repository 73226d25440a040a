import { nearest } from '../units/nearest.ts';
import { autoscaler } from './autoscaler/index.ts';
import { circuitBreaker } from './circuit-breaker/index.ts';
import type { AnyPolicyDefinition, ControllerKind } from './kind.ts';
import { loadBalancer } from './load-balancer/index.ts';
import { rateLimiter } from './rate-limiter/index.ts';
import { retry } from './retry/index.ts';

/** Every kind that ships. To add one: a folder, and a line here. */
export const KINDS: readonly ControllerKind[] = [loadBalancer, circuitBreaker, rateLimiter, retry, autoscaler];

/** What a user's module adds: kinds of its own, or policies of kinds that there are. */
export interface Extension {
  readonly kinds?: readonly ControllerKind[];
  readonly policies?: readonly { readonly kind: string; readonly policy: AnyPolicyDefinition }[];
}

/** The kinds and policies that a scenario can name. A user's own come through the same door. */
export class Registry {
  readonly kinds: ReadonlyMap<string, ControllerKind>;

  constructor(extensions: readonly Extension[] = []) {
    const kinds = new Map<string, ControllerKind>();
    for (const kind of [...KINDS, ...extensions.flatMap((extension) => extension.kinds ?? [])]) {
      if (kinds.has(kind.name)) throw new RangeError(`two controllers are called ${kind.name}`);
      kinds.set(kind.name, kind);
    }
    for (const { kind: name, policy } of extensions.flatMap((extension) => extension.policies ?? [])) {
      const kind = kinds.get(name);
      if (kind === undefined) throw new RangeError(`no controller is called ${name}${hint(name, kinds.keys())}`);
      if (kind.policies.some((known) => known.name === policy.name)) {
        throw new RangeError(`${name} has a policy called ${policy.name} already`);
      }
      kinds.set(name, { ...kind, policies: [...kind.policies, policy] });
    }
    this.kinds = kinds;
  }

  policy(kind: string, name: string): AnyPolicyDefinition | undefined {
    return this.kinds.get(kind)?.policies.find((policy) => policy.name === name);
  }

  /** The kinds that have a policy of this name. */
  kindsWith(policy: string): ControllerKind[] {
    return [...this.kinds.values()].filter((kind) => kind.policies.some(({ name }) => name === policy));
  }
}

function hint(wrong: string, valid: Iterable<string>): string {
  const near = nearest(wrong, valid);
  return near === undefined ? '' : `; did you mean ${near}?`;
}
