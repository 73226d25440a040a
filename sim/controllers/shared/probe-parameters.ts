import { choice, duration } from '../parameters.ts';

/** What a check asks for: the product leaves that to whoever writes the endpoint. */
export const PROBE_PARAMETERS = {
  depth: choice(['shallow', 'deep'], {
    about:
      'shallow: answered beside the slots, so it shows crashes, freezes and slowness. deep: waits for a slot like a request, and meets the errors of the instance.',
    default: 'shallow',
    source: 'overcontrol',
  }),
  work: duration({ about: 'Work of a check at full speed.', default: '1ms', source: 'overcontrol' }),
};
