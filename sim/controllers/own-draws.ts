import { Draw, uniform } from '../kernel/random.ts';
import type { RootKey } from '../kernel/random.ts';
import type { OwnDraws } from './definition.ts';

/** The draws of one layer's policy for one key, apart from any request. */
export function ownDraws(root: RootKey, layer: string, key: number): OwnDraws {
  const draw = new Draw(root, 'policy', layer);
  return { uniform: (ordinal) => uniform(draw.at(0, key, ordinal)) };
}
