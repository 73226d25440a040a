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
  /** Settings in force beside the declared ones: what was pushed, what was changed by hand. */
  pushed: Change | null;
  byHand: Change | null;
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
    const target: Target = { spec, layer, copies, pushed: null, byHand: null };
    this.targets.set(spec.name, target);
    if (spec.reconcile === NEVER) return;
    this.ticker.every(spec.reconcile, spec.reconcile, () => {
      if (target.byHand === null) return;
      target.byHand = null;
      this.settle(target);
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
        target.layer.saturate(begins && !idealised.latency ? act.delay : 0, begins ? act.refuse : 0);
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
    if (kind === 'push') {
      // Without drift an update reaches every copy.
      if (begins) target.pushed = drift ? { ...change, share: 1 } : change;
      else if (target.pushed?.fault === change.fault) target.pushed = null;
    } else if (!drift) {
      if (begins) target.byHand = change;
      else if (target.byHand?.fault === change.fault) target.byHand = null;
    }
    this.settle(target);
  }

  /** What was changed by hand wins over what was pushed, until it is reconciled. */
  private settle(target: Target): void {
    const change = target.byHand ?? target.pushed;
    if (change === null) target.layer.reconfigure(null, () => true);
    else target.layer.reconfigure(change.config, (copy) => this.isReached(target, copy, change.share, change.fault));
  }

  private isReached(target: Target, copy: number, share: number, what: string): boolean {
    return target.copies === null || target.copies.isAmong(copy, share, what, this.root);
  }
}
