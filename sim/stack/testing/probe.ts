import { choice } from '../../controllers/parameters.ts';
import type { LayerContext, LayerSpec, PathKind } from '../../controllers/kind.ts';
import type { Extension } from '../../controllers/registry.ts';
import { Layer } from '../layer.ts';
import type { Passage } from '../passage.ts';
import {
  CAUSE_NAMES,
  causeOf,
  hide,
  isVisible,
  isWrong,
  KIND_NAMES,
  kindOf,
  OK,
  originOf,
  TIMED_OUT,
} from '../result.ts';
import type { Result } from '../result.ts';

/** One passage through a probe: how it ended, and what a probe further in heard of the tries below it. */
export interface Visit {
  readonly request: number;
  readonly began: number;
  /** Results that ascended to the next probe inside, in their order, and how many of its passages are still open. */
  readonly inside: Result[];
  openInside: number;
  /** How many passages of the next probe inside were given up. */
  abandonedInside: number;
}

/**
 * A layer that does nothing but count, and checks that the stack keeps its side of the contract: every attempt that
 * comes in ends once, with one result or by being given up. It is built as a user's own controller would be: a module
 * that exports an `Extension`.
 */
export class Probe extends Layer {
  attempts = 0;
  results = 0;
  abandonments = 0;
  /** What broke the contract. */
  readonly broken: string[] = [];
  /** How often each result was heard: `refused circuitOpen breaker visible`. Those of abandonments begin with `-`. */
  readonly heard = new Map<string, number>();
  /** The last result that ascended, by request. */
  readonly lastByRequest = new Map<number, Result>();
  readonly open = new Map<Passage, Visit>();
  /** Requests of which a success has ascended. */
  readonly succeeded = new Set<number>();
  /** The next probe outside, and the layer that stands between this one and the next one inside; null where there is none. */
  outer: Probe | null = null;
  guarded: Layer | null = null;

  attempt(passage: Passage): void {
    this.attempts++;
    if (this.open.has(passage)) this.breaks('an attempt on a passage that has not ended');
    const { request } = passage.call;
    const began = this.kernel.now;
    this.open.set(passage, { request, began, inside: [], openInside: 0, abandonedInside: 0 });
    const above = this.visitAbove(passage);
    if (above !== undefined) above.openInside++;
    this.edge.forward(passage);
  }

  result(passage: Passage, _child: Passage, result: Result): void {
    this.results++;
    this.note('', result);
    const visit = this.ends(passage);
    if (visit === undefined) return;
    this.lastByRequest.set(visit.request, result);
    if (kindOf(result) === OK) this.succeeded.add(visit.request);
    if (this.guarded !== null) this.checkAscent(this.guarded, visit, result);
    const above = this.visitAbove(passage);
    if (above !== undefined) {
      above.openInside--;
      above.inside.push(result);
    }
    this.edge.finish(passage, result);
  }

  override abandoned(passage: Passage, result: Result): void {
    this.abandonments++;
    this.note('-', result);
    const visit = this.ends(passage);
    if (visit === undefined) return;
    if (isVisible(result)) this.breaks('it can see who gave its passage up');
    const above = this.visitAbove(passage);
    if (above === undefined) return;
    above.openInside--;
    above.abandonedInside++;
  }

  /** How many results, or abandonments, of this kind and cause it has heard. */
  count(kind: string, cause: string): number {
    let count = 0;
    for (const [name, times] of this.heard) if (name.startsWith(`${kind} ${cause} `)) count += times;
    return count;
  }

  /** What ascends is what came up from inside, or the guarded layer's own; visible only where the layer lets it be. */
  private checkAscent(layer: Layer, visit: Visit, result: Result): void {
    const { index, kind, propagateCause } = layer.identity;
    const text = describeResult(result, this.edge.layers);
    if (originOf(result) === index) {
      if (kind !== 'retry' && visit.inside.length + visit.abandonedInside > 0) this.breaks(`${text} after an attempt`);
      if (kind === 'retry' && kindOf(result) !== TIMED_OUT) this.breaks(`${text} of a layer that refuses nothing`);
      if (isVisible(result) !== propagateCause) this.breaks(`${text}, though propagateCause is ${propagateCause}`);
      return;
    }
    if (kind !== 'retry' && visit.inside.length !== 1)
      this.breaks(`${text} from ${visit.inside.length} results inside`);
    const same = visit.inside.filter((inner) => hide(inner) === hide(result));
    if (same.length === 0) this.breaks(`${text} has not come from inside`);
    else if (!same.some((inner) => isVisible(result) === (propagateCause && isVisible(inner)))) {
      this.breaks(`${text}, though propagateCause is ${propagateCause}`);
    }
  }

  private ends(passage: Passage): Visit | undefined {
    const visit = this.open.get(passage);
    if (visit === undefined) this.breaks('a passage ends that has ended');
    else if (visit.openInside > 0) this.breaks(`${visit.openInside} tries inside a passage outlive it`);
    this.open.delete(passage);
    return visit;
  }

  private visitAbove(passage: Passage): Visit | undefined {
    const above = passage.parent?.parent;
    return this.outer === null || above === undefined || above === null ? undefined : this.outer.open.get(above);
  }

  private note(mark: string, result: Result): void {
    const name = `${mark}${describeResult(result, this.edge.layers)}`;
    this.heard.set(name, (this.heard.get(name) ?? 0) + 1);
  }

  breaks(what: string): void {
    if (this.broken.length < 5) this.broken.push(`${this.identity.name}: ${what}, at ${this.kernel.now} ns`);
  }
}

/** `refused circuitOpen breaker visible`. */
export function describeResult(result: Result, layers: readonly Layer[]): string {
  const origin = originOf(result);
  const by = origin < 0 ? 'instance' : (layers.find(({ identity }) => identity.index === origin)?.identity.name ?? '?');
  const wrong = isWrong(result) ? ' wrong' : '';
  return `${KIND_NAMES[kindOf(result)]} ${CAUSE_NAMES[causeOf(result)]} ${by} ${isVisible(result) ? 'visible' : 'hidden'}${wrong}`;
}

/** Sends every attempt to the instance that comes last, there or not: what a stale list of endpoints does. */
class Misdirect extends Layer {
  attempt(passage: Passage): void {
    this.edge.forwardTo(passage, this.edge.service.instances.length - 1, this.identity.index);
  }

  result(passage: Passage, _child: Passage, result: Result): void {
    this.edge.finish(passage, result);
  }
}

function kindOfLayer(name: string, build: (context: LayerContext) => Layer): PathKind {
  return {
    name,
    about: 'Only for tests.',
    place: 'path',
    selects: () => false,
    card: { decides: 'Nothing.', signals: 'All that passes.', cadence: 'Each attempt.', fails: 'It does not.' },
    ideals: { leak: 'The same.', drift: 'The same.' },
    parameters: {
      count: choice(['all'], { about: 'What it counts.', default: 'all', source: 'this test' }),
    },
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
    build: (_spec: LayerSpec, _policy, context) => build(context),
  };
}

/** What a user's module would export. */
export const extension: Extension = {
  kinds: [
    kindOfLayer('probe', ({ identity, edge, slot }) => new Probe(identity, edge, slot)),
    kindOfLayer('misdirect', ({ identity, edge, slot }) => new Misdirect(identity, edge, slot)),
  ],
};
