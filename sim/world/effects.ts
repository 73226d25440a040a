/**
 * How often what a call is to do has been done, over all tries of the call and of the calls that it is made for: a payment
 * that is made again because its caller was tried again is made twice. Calls of one place in the tree share one.
 */
export class Effects {
  count = 0;
  private below: Map<number, Effects> | null = null;

  /** That of a nested call. @param place tells apart the calls that one service makes */
  at(place: number): Effects {
    this.below ??= new Map();
    let effects = this.below.get(place);
    if (effects === undefined) {
      effects = new Effects();
      this.below.set(place, effects);
    }
    return effects;
  }
}
