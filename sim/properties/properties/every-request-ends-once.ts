import type { Property } from '../property.ts';
import { invariant } from '../property.ts';

/** Every request has one outcome: none is lost, none is counted twice. */
export function everyRequestEndsOnce(): Property {
  return invariant('everyRequestEndsOnce', 'every request ends once', (run) => {
    const { offered, outcomes } = run.figures;
    const ended = Object.values(outcomes).reduce((sum, count) => sum + count, 0);
    return ended === offered ? undefined : `${offered} requests came and ${ended} outcomes were counted`;
  });
}
