import { natural } from './natural.ts';
import { WindowedAdder } from './windowed-adder.ts';

/**
 * Tokens that are forgotten about `ttl` after they were put in, with a reserve on top. After twitter/util
 * `TokenBucket.newLeakyBucket`, on which Finagle's and linkerd's retry budgets stand.
 *
 * Taking tokens adds a negative sum, which is forgotten in its turn: spending the reserve is repaid only when the debit
 * leaves the window, and tokens put in before may leave it earlier than the debit that used them.
 */
export class LeakyTokenBucket {
  private readonly window: WindowedAdder;
  private readonly reserve: number;

  /**
   * @param ttl about how long a token lives, in the unit of the times given
   * @param reserve tokens that are there in every `ttl` beside those put in
   * @param now when it is made
   * @param slices of the window; 10 in the product
   */
  constructor(ttl: number, reserve: number, now: number, slices = 10) {
    this.window = new WindowedAdder(ttl, slices, now);
    this.reserve = reserve;
  }

  /** @throws RangeError for n < 0 */
  put(now: number, n: number): void {
    this.window.add(now, natural(n));
  }

  /** Takes `n` if there are as many; all or nothing. @throws RangeError for n < 0 */
  tryGet(now: number, n: number): boolean {
    const enough = this.count(now) >= natural(n);
    if (enough) this.window.add(now, -n);
    return enough;
  }

  /** What can be taken. Below 0 while a debit outlives the tokens that it used. */
  count(now: number): number {
    return this.window.sum(now) + this.reserve;
  }
}
