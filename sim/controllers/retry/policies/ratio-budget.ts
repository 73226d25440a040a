import { SECOND } from '../../../kernel/time.ts';
import { IdleRetryBudget } from './idle-retry-budget.ts';

const SLICES = 10;
/** Absorbs the rounding of ratio * calls; far below one retry. */
const ROUNDING = 1e-9;

/**
 * Retries at most a share of the calls of the last `window`, and a minimum a second beside: at every retry that it
 * allows, the retries of the last window, this one included, are at most
 * ratio * calls of the last window + minimum * window.
 *
 * The window is ten slices of the clock. To keep that promise at every instant, retries are counted over the current
 * slice and the ten before it (the window or a little more), calls over the current one and the nine before it.
 */
export class RatioBudget extends IdleRetryBudget {
  private readonly ratio: number;
  private readonly minimum: number;
  private readonly slice: number;
  private readonly calls = new Float64Array(SLICES + 1);
  private readonly retries = new Float64Array(SLICES + 1);
  private callsCounted = 0;
  private retriesCounted = 0;
  /** Number of the current slice since time 0. */
  private current = 0;

  /** @param ratio retries for each call @param window nanoseconds @param minimum retries a second */
  constructor(ratio: number, window: number, minimum: number) {
    super();
    this.ratio = ratio;
    this.minimum = (minimum * window) / SECOND;
    this.slice = window / SLICES;
  }

  override began(now: number): void {
    this.advance(now);
    this.calls[this.current % (SLICES + 1)]++;
    this.callsCounted++;
  }

  override tryRetry(now: number): boolean {
    this.advance(now);
    if (this.retriesCounted + 1 > this.allowed() + ROUNDING) return false;
    this.retries[this.current % (SLICES + 1)]++;
    this.retriesCounted++;
    return true;
  }

  override left(now: number): number {
    this.advance(now);
    const allowed = this.allowed();
    return allowed === 0 ? 0 : Math.max(0, Math.min(1, (allowed - this.retriesCounted) / allowed));
  }

  private allowed(): number {
    return this.ratio * this.callsCounted + this.minimum;
  }

  private advance(now: number): void {
    const target = Math.floor(now / this.slice);
    if (target - this.current > SLICES) {
      this.calls.fill(0);
      this.retries.fill(0);
      this.callsCounted = 0;
      this.retriesCounted = 0;
      this.current = target;
    }
    while (this.current < target) {
      this.current++;
      const place = this.current % (SLICES + 1);
      this.retriesCounted -= this.retries[place];
      this.retries[place] = 0;
      this.calls[place] = 0;
      // The slice that is ten back counts for retries still, for calls no longer.
      this.callsCounted -= this.calls[(place + 1) % (SLICES + 1)];
    }
  }
}
