import { PHASE_ANSWER } from '../kernel/event-queue.ts';
import { Draw, uniform } from '../kernel/random.ts';
import type { RootKey } from '../kernel/random.ts';
import type { Ticker } from '../kernel/ticker.ts';
import type { Instance } from './instance.ts';
import { LEAVING, READY } from './instance.ts';
import type { Network } from './network.ts';
import type { Service } from './service.ts';

/** What a probe asks of an instance. */
export interface ProbeSpec {
  /**
   * shallow: answered beside the slots, by a process that is up. deep: waits for a slot like any request, first come first
   * served, and meets the errors of the instance.
   */
  readonly depth: 'shallow' | 'deep';
  /** Its work at full speed, nanoseconds. */
  readonly work: number;
}

/** Who probes: a gray failure may keep one caller from an instance, and not another. */
export interface Prober {
  readonly source: number;
  readonly client: number;
  /** Its zone; -1 without a network. */
  readonly zone: number;
}

/** The `source` of a prober that is no client. */
export const NO_CLIENT = 0xffff;

export const PROBE_PASSED = 0;
/** Nobody there, or not reachable. */
export const PROBE_REFUSED = 1;
/** No answer within the timeout. */
export const PROBE_TIMED_OUT = 2;
/** An answer, and it says that something is wrong. */
export const PROBE_WRONG = 3;
export type ProbeAnswer = 0 | 1 | 2 | 3;

/**
 * Probes of a service's instances: small requests that take their time in a crashed, frozen, slow or busy instance as any
 * other would, but that no figure counts and that take no slot from anybody.
 */
export class HealthProbe {
  private readonly service: Service;
  private readonly network: Network | null;
  private readonly spec: ProbeSpec;
  private readonly ticker: Ticker;
  private readonly draw: Draw;
  private sent = 0;

  constructor(
    service: Service,
    network: Network | null,
    spec: ProbeSpec,
    ticker: Ticker,
    root: RootKey,
    owner: string,
  ) {
    this.service = service;
    this.network = network;
    this.spec = spec;
    this.ticker = ticker;
    this.draw = new Draw(root, 'probe', owner);
  }

  /** Sends one; `done` hears of its end, never before this returns. */
  send(
    index: number,
    now: number,
    timeout: number,
    prober: Prober,
    done: (answer: ProbeAnswer, at: number) => void,
  ): void {
    const instance = this.service.instances[index];
    const end = (at: number, answer: ProbeAnswer): void =>
      this.ticker.at(at, PHASE_ANSWER, (then) =>
        done(answer === PROBE_PASSED && !isUp(instance) ? PROBE_REFUSED : answer, then),
      );
    const latest = now + timeout;
    if (this.network?.isCut(prober.zone, instance.zone) === true) {
      end(latest, PROBE_TIMED_OUT);
      return;
    }
    if (!isUp(instance) || this.service.isUnreachable(instance, prober.source, prober.client)) {
      end(now, PROBE_REFUSED);
      return;
    }
    const finish = this.service.completion(instance, now, this.spec.work, Math.max(1, instance.busy));
    const answer = this.isWrong(instance) ? PROBE_WRONG : PROBE_PASSED;
    if (finish > latest) {
      end(latest, PROBE_TIMED_OUT);
    } else if (this.spec.depth === 'shallow' || instance.busy < instance.slots) {
      end(finish, answer);
    } else {
      this.waitForSlot(instance, now, latest - (finish - now), (began, at) => {
        if (began) end(at + (finish - now), answer);
        else end(latest, PROBE_TIMED_OUT);
      });
    }
  }

  /** Whether one that is sent now would pass: what somebody knows who has long been looking. */
  wouldPass(index: number, now: number, timeout: number, prober: Prober): boolean {
    const instance = this.service.instances[index];
    if (!isUp(instance) || this.service.isUnreachable(instance, prober.source, prober.client)) return false;
    return this.service.completion(instance, now, this.spec.work, Math.max(1, instance.busy)) - now <= timeout;
  }

  /** Its turn has come once all that was there before has left: as many answers as have waited, and one more. */
  private waitForSlot(
    instance: Instance,
    now: number,
    until: number,
    decide: (began: boolean, at: number) => void,
  ): void {
    const turn = instance.answers + instance.waiting + 1;
    // One look, when it would have to begin at the latest.
    this.ticker.at(Math.max(now, until), PHASE_ANSWER, (at) => decide(instance.answers >= turn, at));
  }

  private isWrong({ errorRate }: Instance): boolean {
    if (this.spec.depth === 'shallow' || errorRate === 0) return false;
    return uniform(this.draw.at(0, this.sent++, 0)) < errorRate;
  }
}

function isUp({ state }: Instance): boolean {
  return state === READY || state === LEAVING;
}
