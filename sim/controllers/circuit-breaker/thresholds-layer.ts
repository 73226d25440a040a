import type { PolicyDefinition } from '../definition.ts';
import { Layer } from '../../stack/layer.ts';
import type { Passage } from '../../stack/passage.ts';
import { CIRCUIT_OPEN, REFUSED } from '../../stack/result.ts';
import type { Result } from '../../stack/result.ts';
import { CopyStates } from '../copy-states.ts';
import type { LayerContext, LayerSpec } from '../kind.ts';
import type { Settings, SettingsOf } from '../settings.ts';
import { OVERFLOWS, WAITS } from './policies/concurrency-thresholds.ts';
import type { ConcurrencyThresholds } from './policies/concurrency-thresholds.ts';
import { WaitingLine } from './waiting-line.ts';

/** What a passage's `mark` says: whether it is active or waits, and whether it is a retry; 0 for one that is not counted. */
const ACTIVE = 1;
const WAITING = 2;
const IS_RETRY = 4;

/** The counts of one copy for one key, and who waits there for a connection. */
interface Cluster {
  readonly thresholds: ConcurrencyThresholds;
  readonly line: WaitingLine;
}

/** One copy of the layer: its settings, and by key the place of its cluster in `clusters`. */
interface ThresholdsCopy {
  readonly settings: Settings;
  readonly clusters: Map<number, number>;
}

/** Refuses what is above the thresholds of its cluster, and lets wait what finds no connection free. */
export class ThresholdsLayer extends Layer {
  private readonly spec: LayerSpec;
  private readonly definition: PolicyDefinition<ConcurrencyThresholds>;
  private readonly context: LayerContext;
  /** Every one that there has been; one whose copy has lost its state still hears of what it has let through. */
  private readonly clusters: Cluster[] = [];
  private readonly copies: CopyStates<ThresholdsCopy>;
  private readonly overflow: Result;

  constructor(spec: LayerSpec, definition: PolicyDefinition<ConcurrencyThresholds>, context: LayerContext) {
    super(context.identity, context.edge, context.slot);
    this.spec = spec;
    this.definition = definition;
    this.context = context;
    this.copies = new CopyStates(spec.config, (settings) => ({ settings, clusters: new Map() }));
    this.overflow = this.refusal(REFUSED, CIRCUIT_OPEN);
  }

  attempt(passage: Passage): void {
    const retry = isRetry(passage) ? IS_RETRY : 0;
    passage.copy = this.clusterOf(passage);
    const { line, thresholds } = this.clusters[passage.copy];
    const admission = thresholds.ask(retry > 0);
    if (admission === OVERFLOWS) {
      this.refuse(passage);
      return;
    }
    if (this.ledger !== null) this.ledger.admitted(this.identity, passage, this.kernel.now);
    if (admission === WAITS && !this.identity.shadow) {
      passage.mark = WAITING | retry;
      passage.ticket = line.push(passage);
      return;
    }
    // In shadow nobody waits: what would have is active at once, above the limit.
    if (admission === WAITS) thresholds.granted();
    passage.mark = ACTIVE | retry;
    this.edge.forward(passage);
  }

  private refuse(passage: Passage): void {
    const { now } = this.kernel;
    if (this.ledger !== null) this.ledger.refused(this.identity, passage, CIRCUIT_OPEN, now, 'protection');
    if (!this.identity.shadow) {
      this.edge.finish(passage, this.overflow);
      return;
    }
    const retry = isRetry(passage);
    this.clusters[passage.copy].thresholds.force(retry);
    passage.mark = ACTIVE | (retry ? IS_RETRY : 0);
    this.edge.forward(passage);
  }

  /** It has got its connection, at the instant that another gave it up. */
  override timer(passage: Passage): void {
    this.edge.forward(passage);
  }

  result(passage: Passage, _child: Passage, result: Result): void {
    this.over(passage);
    this.edge.finish(passage, result);
  }

  override abandoned(passage: Passage): void {
    this.over(passage);
  }

  private over({ copy, mark, ticket }: Passage): void {
    const { line, thresholds } = this.clusters[copy];
    const retry = (mark & IS_RETRY) !== 0;
    if ((mark & WAITING) !== 0) {
      line.leave(ticket);
      thresholds.left(retry);
    } else if ((mark & ACTIVE) !== 0 && thresholds.ended(retry)) {
      this.grant(this.clusters[copy]);
    }
  }

  /** Whoever has waited longest goes on, by an event of its own: who has just ended may be giving up others of its call. */
  private grant({ line, thresholds }: Cluster): void {
    const next = line.take()!;
    thresholds.granted();
    next.mark = ACTIVE | (next.mark & IS_RETRY);
    this.edge.scheduleTimer(next, 0);
  }

  override believedOf(key: number): number {
    const cluster = this.copies.made[0]?.clusters.get(key);
    return cluster === undefined ? NaN : this.clusters[cluster].thresholds.used;
  }

  // --- copies ----------------------------------------------------------------------------------------------------

  private clusterOf(passage: Passage): number {
    const copy = this.copies.at(this.context.copies.of(passage));
    const key = this.spec.config['key'] === 'instance' ? passage.target : 0;
    return copy.clusters.get(key) ?? this.makeCluster(copy, key);
  }

  private makeCluster({ settings, clusters }: ThresholdsCopy, key: number): number {
    const thresholds = this.definition.create(settings as never, undefined);
    const index = this.clusters.push({ thresholds, line: new WaitingLine() }) - 1;
    clusters.set(key, index);
    return index;
  }

  override reset(affected: (copy: number) => boolean): void {
    this.copies.reset(affected);
  }

  override reconfigure(settingsOf: SettingsOf, affected: (copy: number) => boolean): void {
    this.copies.reconfigure(settingsOf, affected);
  }
}

/** Whether an attempt is a later try of a layer outside on this edge: a retry or a hedge. */
function isRetry(passage: Passage): boolean {
  for (let at = passage; at.parent !== null; at = at.parent) {
    if (at.parent.tries !== null && at.tryNumber > 0) return true;
  }
  return false;
}
