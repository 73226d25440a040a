/**
 * The limiter of Resilience4j (AtomicRateLimiter at af9e7c979). Time is cut into cycles from the limiter's making; each
 * brings `limitForPeriod` permissions, and unused ones are lost. Callers may reserve permissions of cycles to come, so
 * that the count is negative, as long as they need not wait for longer than `timeoutDuration`.
 */
export class AtomicRateLimiter {
  limitForPeriod: number;
  timeoutDuration: number;
  private readonly refreshPeriod: number;
  private cycle = 0;
  private permissions: number;

  /** Times are nanoseconds since the limiter was made, as are `limitRefreshPeriod` and `timeoutDuration`. */
  constructor(limitForPeriod: number, limitRefreshPeriod: number, timeoutDuration: number) {
    this.limitForPeriod = limitForPeriod;
    this.refreshPeriod = limitRefreshPeriod;
    this.timeoutDuration = timeoutDuration;
    this.permissions = limitForPeriod;
  }

  /** Takes `permits` and returns the wait for them; -1, and nothing is taken, if that is longer than the timeout. */
  reservePermission(now: number, permits = 1): number {
    this.refresh(now);
    const wait = this.waitFor(now, permits);
    if (wait > this.timeoutDuration) return -1;
    this.permissions -= permits;
    return wait;
  }

  /** Permissions at hand; negative where cycles to come are spoken for. */
  availablePermissions(now: number): number {
    return this.permissionsAt(now);
  }

  /** How long one more permit would take. */
  nanosToWait(now: number): number {
    return this.waitFor(now, 1);
  }

  /** Takes what was at hand at the last use; what later cycles have brought stays. */
  drainPermissions(now: number): void {
    const drained = this.permissions;
    if (drained <= 0) return;
    this.refresh(now);
    if (this.permissions >= drained) this.permissions -= drained;
  }

  /** Takes `cost` without asking, as far as anything is at hand; not a method of the product. */
  charge(now: number, cost: number): void {
    this.refresh(now);
    if (this.permissions > 0) this.permissions = Math.max(0, this.permissions - cost);
  }

  private refresh(now: number): void {
    this.permissions = this.permissionsAt(now);
    this.cycle = this.cycleAt(now);
  }

  private cycleAt(now: number): number {
    return Math.floor(now / this.refreshPeriod);
  }

  private permissionsAt(now: number): number {
    const cycles = this.cycleAt(now) - this.cycle;
    if (cycles === 0) return this.permissions;
    return Math.min(this.permissions + cycles * this.limitForPeriod, this.limitForPeriod);
  }

  private waitFor(now: number, permits: number): number {
    const available = this.permissionsAt(now);
    if (available >= permits) return 0;
    const toNextCycle = (this.cycleAt(now) + 1) * this.refreshPeriod - now;
    const missingThen = permits - available - this.limitForPeriod;
    const fullCycles = -Math.floor(-missingThen / this.limitForPeriod);
    return fullCycles * this.refreshPeriod + toNextCycle;
  }
}
