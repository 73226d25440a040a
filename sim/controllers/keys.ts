import type { Passage } from '../stack/passage.ts';
import type { Complaint, LayerContext, LayerPlace } from './kind.ts';

/** By what a layer keeps apart the states that it holds. */
export type KeyBy = 'client' | 'service' | 'instance' | 'global' | 'class';

/** The key of an attempt: the client's index, the chosen instance's, the class's, or 0 for all alike. */
export function keyOf(by: KeyBy, passage: Passage, context: LayerContext): number {
  switch (by) {
    case 'client':
      return context.clientOf(passage.call);
    case 'instance':
      return passage.target;
    case 'class':
      return passage.call.klass;
    case 'service':
    case 'global':
      return 0;
  }
}

/** A layer outside the balancer does not know the instance. */
export function checkKey(key: unknown, place: LayerPlace): Complaint | undefined {
  if (key !== 'instance' || place.insideBalancer) return undefined;
  return {
    parameter: 'key',
    message:
      'no layer outside this one selects an instance, so it cannot be keyed by instance; put it inside the load balancer',
  };
}
