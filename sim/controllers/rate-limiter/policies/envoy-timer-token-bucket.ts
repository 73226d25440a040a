/**
 * The old bucket (TimerTokenBucket, source/extensions/filters/common/local_ratelimit/local_ratelimit_impl.cc): whole
 * tokens, of which a timer adds `tokensPerFill` at every interval. Envoy's timer runs since its configuration was
 * loaded, here time 0; `fill` is what it does.
 */
export class TimerTokenBucket {
  private readonly maxTokens: number;
  private readonly tokensPerFill: number;
  private readonly fillInterval: number;
  private tokens: number;
  private fills = 0;

  /** @param fillInterval nanoseconds; Infinity for no timer of its own */
  constructor(maxTokens: number, tokensPerFill: number, fillInterval = Infinity) {
    this.maxTokens = maxTokens;
    this.tokensPerFill = tokensPerFill;
    this.fillInterval = fillInterval;
    this.tokens = maxTokens;
  }

  consume(now: number): boolean {
    this.runTimer(now);
    if (this.tokens < 1) return false;
    this.tokens--;
    return true;
  }

  /** The timer fires, once or `times`. */
  fill(times = 1): void {
    this.tokens = Math.min(this.maxTokens, this.tokens + times * this.tokensPerFill);
  }

  charge(now: number, cost: number): void {
    this.runTimer(now);
    this.tokens = Math.max(0, this.tokens - cost);
  }

  tokensAt(now: number): number {
    this.runTimer(now);
    return this.tokens;
  }

  private runTimer(now: number): void {
    const fills = Math.floor(now / this.fillInterval);
    if (fills <= this.fills) return;
    this.fill(fills - this.fills);
    this.fills = fills;
  }
}
