import type { Copies } from '../controllers/copies.ts';
import type { Disturbable, LayerSpec } from '../controllers/kind.ts';
import type { Settings } from '../controllers/settings.ts';
import type { RootKey } from '../kernel/random.ts';
import type { Ticker } from '../kernel/ticker.ts';
import { NEVER } from '../kernel/time.ts';
import type { Occurrence } from '../world/faults/plan.ts';

/** A layer or autoscaler of the running design, and what its own faults do to it. */
interface Target {
  readonly spec: LayerSpec;
  readonly layer: Disturbable;
  readonly copies: Copies | null;
  /** Settings in force beside the declared ones, in their order: what was pushed, what was changed by hand. */
  readonly pushed: Change[];
  readonly byHand: Change[];
}

interface Change {
  readonly fault: string;
  readonly config: Settings;
  readonly share: number;
}

/** Carries out the faults of layers: crashes, lost state, saturation, config pushes and hotfixes, reconciliation. */
export class LayerFaults {
  private readonly targets = new Map<string, Target>();
  private readonly pushes: Readonly<Record<string, Settings>>;
  private readonly root: RootKey;
  private readonly ticker: Ticker;

  constructor(pushes: Readonly<Record<string, Settings>>, root: RootKey, ticker: Ticker) {
    this.pushes = pushes;
    this.root = root;
    this.ticker = ticker;
  }

  add(spec: LayerSpec, layer: Disturbable, copies: Copies | null): void {
    const target: Target = { spec, layer, copies, pushed: [], byHand: [] };
    this.targets.set(spec.name, target);
    if (spec.reconcile === NEVER) return;
    this.ticker.every(spec.reconcile, spec.reconcile, () => {
      if (target.byHand.length === 0) return;
      this.settle(target, target.byHand.splice(0));
    });
  }

  /** Whether the design has the layer. */
  apply({ act, fault }: Occurrence, begins: boolean): boolean {
    if (!('layer' in act)) return false;
    const target = this.targets.get(act.layer);
    if (target === undefined) return false;
    const { idealised } = target.spec;
    switch (act.kind) {
      case 'layerDown':
        target.layer.fail(begins ? 1 : -1);
        return true;
      case 'layerSaturated':
        target.layer.saturate(idealised.latency ? { ...act, delay: 0 } : act, begins ? 1 : -1);
        return true;
      case 'layerReset':
        // Without drift what is lost is made again from what is seen.
        if (begins && !idealised.drift)
          target.layer.reset((copy) => this.isReached(target, copy, act.share, fault.name));
        return true;
      case 'push':
      case 'hotfix':
        this.change(target, act.kind, { fault: fault.name, config: this.pushes[fault.name], share: act.share }, begins);
        return true;
      case 'telemetry':
        return true;
    }
  }

  private change(target: Target, kind: 'push' | 'hotfix', change: Change, begins: boolean): void {
    const { drift } = target.spec.idealised;
    // Without drift an update reaches every copy, and nothing is changed by hand.
    if (drift && kind === 'hotfix') return;
    const effective = drift ? { ...change, share: 1 } : change;
    const list = kind === 'push' ? target.pushed : target.byHand;
    if (begins) {
      list.push(effective);
    } else {
      const at = list.findIndex(({ fault }) => fault === change.fault);
      if (at < 0) return;
      list.splice(at, 1);
    }
    this.settle(target, [effective]);
  }

  /**
   * Changes have come or gone. A copy runs on what was last changed by hand, else on the newest push that has reached it:
   * one that misses an update stays as it was.
   */
  private settle(target: Target, changed: readonly Change[]): void {
    const { byHand, pushed, layer } = target;
    const reaches = ({ fault, share }: Change, copy: number): boolean => this.isReached(target, copy, share, fault);
    const newest = (list: readonly Change[], copy: number): Settings | null =>
      list.findLast((change) => reaches(change, copy))?.config ?? null;
    const inForce = { byHand: [...byHand], pushed: [...pushed] };
    layer.reconfigure(
      (copy) => newest(inForce.byHand, copy) ?? newest(inForce.pushed, copy),
      (copy) => changed.some((change) => reaches(change, copy)),
    );
  }

  private isReached(target: Target, copy: number, share: number, what: string): boolean {
    return target.copies === null || target.copies.isAmong(copy, share, what, this.root);
  }
}
