import type { LayerContext, PathKind } from '../../controllers/kind.ts';
import type { Extension } from '../../controllers/registry.ts';
import { Layer } from '../../stack/layer.ts';
import type { Passage } from '../../stack/passage.ts';
import type { Result } from '../../world/result.ts';

/** Lets a test choose the instance of each attempt, and hears how it ends. */
export class Aim extends Layer {
  choose: (passage: Passage) => number = () => 0;
  heard: (passage: Passage, result: Result) => void = () => undefined;

  attempt(passage: Passage): void {
    this.edge.forwardTo(passage, this.choose(passage), this.identity.index);
  }

  result(passage: Passage, _child: Passage, result: Result): void {
    this.heard(passage, result);
    this.edge.finish(passage, result);
  }
}

const kind: PathKind = {
  name: 'aim',
  about: 'Only for tests.',
  place: 'path',
  selects: () => true,
  card: { decides: 'The instance.', signals: 'None.', cadence: 'Each attempt.', fails: 'It does not.' },
  ideals: { leak: 'The same.', drift: 'The same.' },
  parameters: {},
  policies: [
    {
      name: 'plain',
      about: 'The only one.',
      parameters: {},
      sources: ['this test'],
      knownToGetWrong: ['Nothing.'],
      create: () => null,
    },
  ],
  defaultPolicy: 'plain',
  build: (_spec, _policy, { identity, edge, slot }: LayerContext) => new Aim(identity, edge, slot),
};

export const extension: Extension = { kinds: [kind] };
