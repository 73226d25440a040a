import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { SECOND } from '../../../kernel/time.ts';
import { casesOf, unknownStep } from '../../shared/testing/vector-cases.ts';
import vectors from '../vectors/envoy-leastrequest.json' with { type: 'json' };
import { EnvoyLeastRequest, envoyLeastRequest, fullScan, leastOfChoices } from './envoy-least-request.ts';
import type { WarmUp } from './slow-start.ts';
import { SlowStart } from './slow-start.ts';
import { drawOf, fairRandom, indices, ScriptedRandom, tally } from './testing/scripted-random.ts';

const defaults = z.object(envoyLeastRequest.parameters).parse({});

interface Params {
  readonly choice_count?: number;
  readonly selection_method?: 'N_CHOICES' | 'FULL_SCAN';
  readonly weights?: 'equal' | readonly number[];
  readonly active_request_bias?: number;
}

interface Step {
  readonly op?: string;
  readonly activeRequests?: readonly number[];
  readonly randoms?: readonly number[];
  readonly picks?: number;
  readonly n?: number;
  readonly host?: number;
  readonly active?: readonly number[];
  readonly slowStartFactors?: readonly number[];
}

interface Picked {
  readonly host?: number;
  readonly hosts?: readonly number[];
}

/** Slow start whose factors a case states. */
class StatedFactors implements WarmUp {
  factors: readonly number[] = [];

  running(): boolean {
    return this.factors.some((factor) => factor < 1);
  }

  factor(host: number): number {
    return this.factors[host];
  }
}

/** Drives a balancer by the steps of a published case. */
class CaseRun {
  private readonly params: Params;
  private readonly active: Float64Array;
  private readonly warmUp = new StatedFactors();
  private readonly balancer: EnvoyLeastRequest;
  private hosts: number[];
  private built = false;

  constructor(params: Params, size: number) {
    this.params = params;
    this.active = new Float64Array(size);
    this.hosts = [...indices(size)];
    const { weights } = params;
    this.balancer = new EnvoyLeastRequest(
      {
        choiceCount: params.choice_count ?? defaults.choiceCount,
        selectionMethod: params.selection_method ?? defaults.selectionMethod,
        activeRequestBias: params.active_request_bias ?? defaults.activeRequestBias,
        // A bias that a case writes down makes recent versions pick by weight.
        alwaysWeighted: params.active_request_bias !== undefined && weights !== 'equal',
      },
      this.active,
      weights === undefined || weights === 'equal' ? new Float64Array(size).fill(1) : Float64Array.from(weights),
      0,
      this.warmUp,
    );
  }

  run(step: Step): Picked | null {
    switch (step.op) {
      case undefined:
        return this.direct(step);
      case 'refresh':
        this.warmUp.factors = step.slowStartFactors ?? [];
        this.refresh();
        return null;
      case 'setActive':
        this.active.set(step.active ?? []);
        return null;
      case 'removeHost':
        this.hosts = this.hosts.filter((host) => host !== step.host);
        this.refresh();
        return null;
      case 'pick':
        return { hosts: this.pickWeighted(step.n ?? 1) };
      default:
        return unknownStep(step);
    }
  }

  private direct(step: Step): Picked {
    // The schedule of such a case is built before any load is set.
    if (!this.built) this.refresh();
    this.active.set(step.activeRequests ?? []);
    return step.randoms === undefined
      ? { hosts: this.pickWeighted(step.picks ?? 1) }
      : { host: this.pickByRandoms(step.randoms) };
  }

  private refresh(): void {
    this.balancer.refresh(0, this.hosts, this.hosts.length);
    this.built = true;
  }

  private pickWeighted(count: number): number[] {
    const random = fairRandom('unused');
    return Array.from({ length: count }, () => this.balancer.pick(0, random));
  }

  /** The first random value chooses the priority level, not the host. */
  private pickByRandoms([, ...randoms]: readonly number[]): number {
    const moduli = this.params.selection_method === 'FULL_SCAN' ? this.tieCounts() : [];
    const draws = randoms.map((value, i) => {
      const modulus = moduli[i] ?? this.hosts.length;
      return drawOf(value % modulus, modulus);
    });
    return this.balancer.pick(0, new ScriptedRandom(draws));
  }

  /** In a full scan the i-th random value is taken modulo the number of hosts tied so far. */
  private tieCounts(): number[] {
    const counts: number[] = [];
    let least = Infinity;
    let tied = 0;
    for (const host of this.hosts) {
      const load = this.active[host];
      if (load === least) counts.push(++tied);
      if (load >= least) continue;
      least = load;
      tied = 1;
    }
    return counts;
  }
}

function sizeOf(params: Params, inputs: readonly Step[]): number {
  if (Array.isArray(params.weights)) return params.weights.length;
  return Math.max(...inputs.map((step) => (step.activeRequests ?? step.active ?? []).length));
}

describe('the published cases of least request', () => {
  it.each(casesOf<Params, Step, readonly (Picked | null)[]>(vectors))('$case', ({ params, inputs, expected }) => {
    const run = new CaseRun(params, sizeOf(params, inputs));
    expect(inputs.map((step) => run.run(step))).toEqual(expected);
  });
});

function balancer(active: ArrayLike<number>, weights: ArrayLike<number>, overrides = {}, warmUp?: WarmUp) {
  const made = new EnvoyLeastRequest({ ...defaults, ...overrides }, active, weights, 0, warmUp);
  made.refresh(0, indices(weights.length), weights.length);
  return made;
}

describe('least request by choices', () => {
  it('keeps the first sample on a tie', () => {
    const random = new ScriptedRandom([drawOf(2, 3), drawOf(0, 3)]);
    expect(balancer([5, 5, 5], [1, 1, 1]).pick(0, random)).toBe(2);
  });

  it('may sample one host twice: of two hosts the busy one still gets a quarter', () => {
    const active = [9, 0];
    const made = balancer(active, [1, 1]);
    const random = fairRandom('pairs');
    const [busy] = tally(2, 20_000, () => made.pick(0, random));
    expect(Math.abs(busy / 20_000 - 0.25)).toBeLessThan(4 * Math.sqrt((0.25 * 0.75) / 20_000));
  });

  it('samples as often as it is told to', () => {
    const random = new ScriptedRandom([0.1, 0.9, 0.3, 0.6, 0.2]);
    leastOfChoices(random, indices(4), 4, [1, 1, 1, 1], 5);
    expect(random.left).toBe(0);
  });

  it('has no host to pick when there is none', () => {
    const made = balancer([0], [1]);
    made.refresh(0, [], 0);
    expect(made.pick(0, fairRandom('none'))).toBe(-1);
  });
});

describe('least request by full scan', () => {
  it('finds the least loaded host', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5), { minLength: 1, maxLength: 20 }), (active) => {
        const host = fullScan(fairRandom('scan'), indices(active.length), active.length, active);
        expect(active[host]).toBe(Math.min(...active));
      }),
    );
  });

  it('draws among tied hosts, each as likely', () => {
    const active = [3, 1, 1, 4, 1];
    const made = balancer(active, [1, 1, 1, 1, 1], { selectionMethod: 'FULL_SCAN' });
    const random = fairRandom('ties');
    const counts = tally(5, 30_000, () => made.pick(0, random));
    expect([counts[0], counts[3]]).toEqual([0, 0]);
    for (const host of [1, 2, 4]) {
      expect(Math.abs(counts[host] / 30_000 - 1 / 3)).toBeLessThan(4 * Math.sqrt(2 / 9 / 30_000));
    }
  });
});

describe('least request with unequal weights', () => {
  it('draws nothing: it follows a schedule', () => {
    const made = balancer([0, 0], [1, 2]);
    const random = new ScriptedRandom([]);
    expect(Array.from({ length: 6 }, () => made.pick(0, random))).toEqual([1, 0, 1, 1, 0, 1]);
  });

  it('sees a change of load only when a host is inserted again', () => {
    const active = [0, 0];
    const made = balancer(active, [1, 2]);
    active[0] = 1000;
    const random = new ScriptedRandom([]);
    // Host 0 was queued for virtual time 1 while it was idle, and is picked then.
    expect(Array.from({ length: 4 }, () => made.pick(0, random))).toEqual([1, 0, 1, 1]);
  });

  it('takes a negative bias for 1', () => {
    const picks = [-1, 1].map((activeRequestBias) => {
      const made = balancer([3, 1], [1, 2], { activeRequestBias });
      return Array.from({ length: 12 }, () => made.pick(0, new ScriptedRandom([])));
    });
    expect(picks[0]).toEqual(picks[1]);
  });

  it('goes by weight even while they are equal, if told to', () => {
    const made = balancer([1, 0], [1, 1], { alwaysWeighted: true });
    const [, idle] = tally(2, 300, () => made.pick(0, new ScriptedRandom([])));
    expect(Math.abs(idle - 200)).toBeLessThanOrEqual(2);
  });
});

describe('least request in slow start', () => {
  const config = { slowStartWindow: 60 * SECOND, aggression: 1, minWeightPercent: 0.1 };

  it('gives a new host its share by age, and all of it once the window is over', () => {
    const warmUp = new SlowStart(config, 2, -600 * SECOND);
    const made = balancer([0, 0], [1, 1], {}, warmUp);
    warmUp.began(1, 0);
    const shareOfNew = (now: number): number => {
      made.refresh(now, indices(2), 2);
      const random = fairRandom(`at ${now}`);
      return tally(2, 2200, () => made.pick(now, random))[1] / 2200;
    };
    expect(shareOfNew(0)).toBeCloseTo(1 / 11, 2);
    expect(shareOfNew(30 * SECOND)).toBeCloseTo(1 / 3, 2);
    expect(shareOfNew(120 * SECOND)).toBeCloseTo(1 / 2, 1);
  });

  it('leaves sampling for the schedule as long as any host is in its window', () => {
    const warmUp = new SlowStart(config, 2, -600 * SECOND);
    warmUp.began(1, 0);
    const made = balancer([0, 0], [1, 1], {}, warmUp);
    made.refresh(SECOND, indices(2), 2);
    const random = new ScriptedRandom([]);
    expect(() => made.pick(SECOND, random)).not.toThrow();
    made.refresh(61 * SECOND, indices(2), 2);
    expect(() => made.pick(61 * SECOND, random)).toThrow('no draw left');
  });
});
