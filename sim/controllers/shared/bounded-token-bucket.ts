import { natural } from './natural.ts';

/** Tokens up to a limit, without time; starts empty. After twitter/util `TokenBucket.newBoundedBucket`. */
export class BoundedTokenBucket {
  /** Tokens in the bucket. */
  count = 0;
  private readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Puts `n` in; what is above the limit is lost. @throws RangeError for n < 0 */
  put(n: number): void {
    this.count = Math.min(this.count + natural(n), this.limit);
  }

  /** Takes `n` if there are as many; all or nothing. @throws RangeError for n < 0 */
  tryGet(n: number): boolean {
    const enough = this.count >= natural(n);
    if (enough) this.count -= n;
    return enough;
  }
}
