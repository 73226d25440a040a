/**
 * Readiness probes of a service, in the world and beside every stack: which instances callers know of. Here:
 * `kubernetes-readiness.ts` (the rule), `readiness-probes.ts` (what carries it out).
 */
import type { Card } from '../definition.ts';
import type { Ideals } from '../kind.ts';
import { kubernetesReadiness } from './kubernetes-readiness.ts';

/** The rules by which an instance is found ready, for `describe`. */
export const READINESS = { kubernetes: kubernetesReadiness };

export const READINESS_CARD: Card = {
  decides: 'Which instances of a service are ready, and so which its callers know of.',
  signals: 'Answers to probes from beside each instance.',
  cadence: 'Each period, for each instance; what changes then takes its time to spread.',
  fails:
    'Shows a failure half a minute late by default; takes out instances that are merely busy where it looks deep; sees nothing of what lies between callers and instances.',
};

export const READINESS_IDEALS: Ideals = {
  leak: 'It belongs to the world: with a failure mode removed it stays as it is. Without `readiness` callers know at once.',
  drift: 'The same.',
};
