import { SERVED } from '../world/outcome.ts';
import type { Outcome } from '../world/outcome.ts';

/** Bits of a request's byte: outcome, whether a layer made the deciding result, and (for a story) its conflicts. */
const OUTCOME_MASK = 7;
const DIRECT = 8;
const KNOWN = 16;
const CONFLICT_SHIFT = 5;
const MOST_CONFLICTS = 7;

/**
 * One byte a request, by its number: what must be kept of every request so that runs of the same world can be compared
 * request by request.
 */
export class RequestLog {
  private bytes: Uint8Array = new Uint8Array(1024);
  /** Requests logged so far are below this number. */
  length = 0;

  record(request: number, outcome: Outcome, direct: boolean, conflicts: number): void {
    while (request >= this.bytes.length) this.grow();
    const few = conflicts < MOST_CONFLICTS ? conflicts : MOST_CONFLICTS;
    this.bytes[request] = KNOWN | outcome | (direct ? DIRECT : 0) | (few << CONFLICT_SHIFT);
    if (request >= this.length) this.length = request + 1;
  }

  outcomeOf(request: number): Outcome | undefined {
    const byte = request < this.length ? this.bytes[request] : 0;
    return (byte & KNOWN) === 0 ? undefined : ((byte & OUTCOME_MASK) as Outcome);
  }

  wasServed(request: number): boolean {
    return request < this.length && (this.bytes[request] & (KNOWN | OUTCOME_MASK)) === (KNOWN | SERVED);
  }

  /** Whether the result that decided its outcome was made by a layer: a refusal or a timer of its own. */
  wasDirect(request: number): boolean {
    return (this.bytes[request] & DIRECT) !== 0;
  }

  /** Conflicts on this request, seven for seven and more. */
  conflictsOf(request: number): number {
    return this.bytes[request] >> CONFLICT_SHIFT;
  }

  /** The bytes of the requests so far: what another thread makes the same log of. */
  toBytes(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }

  static fromBytes(bytes: Uint8Array): RequestLog {
    const log = new RequestLog();
    log.bytes = bytes;
    log.length = bytes.length;
    return log;
  }

  private grow(): void {
    const bytes = new Uint8Array(Math.max(1024, this.bytes.length * 2));
    bytes.set(this.bytes);
    this.bytes = bytes;
  }
}
