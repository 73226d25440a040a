/** The ways in which control fails that an intervention can remove, one at a time. */
export const MODES = ['latency', 'leak', 'drift'] as const;
export type Mode = (typeof MODES)[number];

/** What each is called, and what becomes of a design without it. */
export const MODE_TEXTS: Readonly<Record<Mode, { readonly name: string; readonly removed: string }>> = {
  latency: {
    name: 'latency accumulation',
    removed: 'age, actuation delay, discovery delay and layer overhead are 0',
  },
  leak: {
    name: 'abstraction leak',
    removed: 'full detail at its own age: true capacity, state for each instance, origin and cause of each refusal',
  },
  drift: {
    name: 'decision drift',
    removed: 'memory is made anew from the current view, late as it is; settings are the declared ones in every copy',
  },
};

/** A set of modes as bits, by their place in `MODES`. */
export type ModeSet = number;

export const ALL_MODES: ModeSet = (1 << MODES.length) - 1;

export function modesIn(set: ModeSet): Mode[] {
  return MODES.filter((_, i) => (set & (1 << i)) !== 0);
}

export function bitOfMode(mode: Mode): ModeSet {
  return 1 << MODES.indexOf(mode);
}
