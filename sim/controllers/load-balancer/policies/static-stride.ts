const MOST_WEIGHT = 65535;
const OFFSET = 32767;
const SEQUENCES = 4294967296;

/**
 * gRPC's static stride scheduler: the picks of an EDF schedule of fixed weights from nothing but a sequence number, so
 * that threads share one counter. Weights are scaled to 65535 for the largest; the number s means host s mod n in
 * generation g = s div n, which is picked if (weight g + host 32767) mod 65535 >= 65535 - weight, and else s + 1 is
 * tried. In 65535 generations a host is picked exactly as often as its scaled weight says. O(1) a pick on average where
 * weights are of one order, O(largest weight / mean weight) otherwise.
 *
 * Hosts of weight 0 (not known) take the mean of the others. With fewer than two known weights, or all equal, it is
 * plain round robin over the same numbers. A weight below 1 / 131070 of the largest rounds to 0 and is never picked.
 *
 * Source: grpc/grpc src/core/load_balancing/weighted_round_robin/static_stride_scheduler.cc; grpc-go
 * balancer/weightedroundrobin/scheduler.go; gRFC A58.
 */
export class StaticStride {
  private readonly weights: Uint16Array;
  private count = 0;
  private strided = false;
  private sequence: number;

  /** @param sequence where the numbers begin, 0 … 2^32 - 1; products draw it */
  constructor(capacity: number, sequence: number) {
    this.weights = new Uint16Array(capacity);
    this.sequence = sequence;
  }

  /** Whether the weights are in use (false: round robin). */
  get weighted(): boolean {
    return this.strided;
  }

  /** Takes new weights for the indices 0 … count - 1; the sequence goes on. */
  update(weights: ArrayLike<number>, count: number): void {
    this.count = count;
    let sum = 0;
    let known = 0;
    let most = 0;
    for (let i = 0; i < count; i++) {
      sum += weights[i];
      if (weights[i] > 0) known++;
      most = Math.max(most, weights[i]);
    }
    this.strided = known >= 2 && this.scale(weights, MOST_WEIGHT / most, sum / known);
  }

  /** The next index; -1 if there is none. */
  next(): number {
    if (this.count === 0) return -1;
    if (!this.strided) return this.advance() % this.count;
    for (;;) {
      const number = this.advance();
      const index = number % this.count;
      const generation = (number - index) / this.count;
      const weight = this.weights[index];
      if ((weight * generation + index * OFFSET) % MOST_WEIGHT >= MOST_WEIGHT - weight) return index;
    }
  }

  /** Scales the weights; false if that makes all of them equal. */
  private scale(weights: ArrayLike<number>, factor: number, unscaledMean: number): boolean {
    const mean = Math.floor(factor * unscaledMean + 0.5);
    let differ = false;
    for (let i = 0; i < this.count; i++) {
      this.weights[i] = weights[i] > 0 ? Math.floor(factor * weights[i] + 0.5) : mean;
      differ ||= this.weights[i] !== mean;
    }
    return differ;
  }

  private advance(): number {
    const number = this.sequence;
    this.sequence = (number + 1) % SEQUENCES;
    return number;
  }
}
