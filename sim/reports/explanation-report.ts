import type { LayerSpec } from '../controllers/kind.ts';
import type { Explanation } from '../experiments/explain.ts';
import type { TraceEvent } from '../measure/trace.ts';
import type { DesignSpec } from '../scenario/scenario.ts';
import { formatDuration } from '../units/duration.ts';
import { decimal, plural, span } from './numbers.ts';
import type { Report, StoryStep } from './report.ts';
import { heading, paragraph } from './report.ts';
import { wrongText } from './run-report.ts';

/** One request's story: each layer's belief beside the truth, what it decided, and in the end what it came to. */
export function explanationReport(explanation: Explanation, design: DesignSpec): Report {
  const teller = new Teller(explanation, design);
  const { trace, scenario, seed, from, to } = explanation;
  const { deadlineAt, arrivedAt, client } = trace;
  const useful =
    deadlineAt === Infinity || deadlineAt === null
      ? ''
      : `, and can use the answer for ${formatDuration(deadlineAt - arrivedAt)}`;
  return {
    title: `${scenario}: request ${decimal(trace.request, 0)} in design ${explanation.design}, seed ${seed}`,
    blocks: [
      paragraph(
        `${clockOf(arrivedAt)} into the run, client ${client} of \`${from}\` asks \`${to}\`${useful}. Times count from here.`,
      ),
      { kind: 'story', steps: teller.steps() },
      heading('What happened'),
      { kind: 'list', items: teller.moral() },
      paragraph(`digest ${explanation.digest}`, 'quiet'),
    ],
  };
}

/** A moment of the run: `1m14.535s`. */
function clockOf(nanoseconds: number): string {
  const seconds = Math.floor(nanoseconds / 1e6) / 1e3;
  const minutes = Math.floor(seconds / 60);
  const rest = (seconds - minutes * 60).toFixed(3);
  return minutes === 0 ? `${rest}s` : `${minutes}m${rest}s`;
}

/** What one event says in each column; what is not there is empty. */
type Words = Partial<Omit<StoryStep, 'after' | 'tone'>> & { readonly decided: string };

const STATUS: Readonly<Record<string, string>> = {
  ok: 'ok',
  error: 'an error',
  refused: '503',
  limited: '429',
  timedOut: 'a timeout',
  cancelled: 'cancelled',
};

const GAVE_UP: Readonly<Record<string, string>> = {
  tries: 'no try is left',
  budget: 'its retry budget is spent',
  notRetryable: 'it does not retry that',
  deadline: 'the deadline is past',
};

/** Before who acts on a call that a service makes, once for each service between it and the client. */
const NESTED = '↳ ';

class Teller {
  private readonly explanation: Explanation;
  private readonly specs: ReadonlyMap<string, LayerSpec>;

  constructor(explanation: Explanation, design: DesignSpec) {
    this.explanation = explanation;
    const layers = [...design.edges.flatMap((edge) => edge.layers), ...design.autoscalers];
    this.specs = new Map(layers.map((layer) => [layer.name, layer]));
  }

  steps(): StoryStep[] {
    const { events, arrivedAt } = this.explanation.trace;
    return events
      .filter(({ act }) => act !== 'arrived')
      .map((event): StoryStep => {
        const verdict = this.verdictOf(event);
        const { who: actor = this.whoOf(event), ...words } = this.wordsOf(event);
        const who = NESTED.repeat(this.depthOf(event.edge)) + actor;
        return {
          after: `${decimal((event.at - arrivedAt) / 1e6, 1)} ms`,
          believed: '',
          age: '',
          truth: '',
          verdict,
          ...(verdict === '' ? {} : { tone: 'bad' as const }),
          who,
          ...words,
        };
      });
  }

  /** A layer by its name; else who made the call: the client, or a service that calls another. */
  private whoOf({ layer, edge }: TraceEvent): string {
    if (layer >= 0) return this.explanation.layers[layer];
    const { edges, trace } = this.explanation;
    return edge === trace.edge ? 'client' : edges[edge].from;
  }

  /** How many services stand between the client and the caller of an edge. */
  private depthOf(edge: number): number {
    const { edges, trace } = this.explanation;
    if (edge === trace.edge) return 0;
    const outer = edges.findIndex(({ to }, i) => to === edges[edge].from && this.wasUsed(i));
    return outer < 0 ? 1 : 1 + this.depthOf(outer);
  }

  private wasUsed(edge: number): boolean {
    return this.explanation.trace.events.some((event) => event.edge === edge);
  }

  private specOf({ layer }: TraceEvent): LayerSpec | undefined {
    return this.specs.get(this.explanation.layers[layer]);
  }

  /** An instance of the service that an event's call goes to. */
  private instance(index: number, { edge }: TraceEvent): string {
    return `${this.explanation.edges[edge].to}[${index}]`;
  }

  // --- single events ---------------------------------------------------------------------------------------------

  private wordsOf(event: TraceEvent): Words {
    switch (event.act) {
      case 'arrived':
        return { decided: 'asks' };
      case 'selected':
        return this.selected(event);
      case 'foundNone':
        return { believed: 'no instance may be chosen', age: ageOf(event), decided: 'finds none' };
      case 'admitted':
        return { ...this.gateBelief(event, true), age: ageOf(event), decided: 'lets it pass' };
      case 'refused':
        return this.refused(event, 'refuses');
      case 'wouldRefuse':
        return this.refused(event, 'would refuse (in shadow)');
      case 'dispatched':
        return this.dispatched(event);
      case 'answered':
        return this.answered(event);
      case 'charged':
        return this.charged(event);
      case 'retried':
        return { ...this.seen(event), decided: `tries again in ${span(event.amount)}` };
      case 'hedged':
        return { believed: 'no answer yet', decided: 'sends one more copy (hedge)' };
      case 'gaveUp':
        return { ...this.seen(event), decided: `gives up: ${GAVE_UP[event.detail] ?? event.detail}` };
      case 'fellBack':
        return this.fellBack(event);
      case 'timedOut':
        return this.timedOut(event);
      case 'hungUp':
        return { decided: 'hangs up' };
      case 'ended':
        return this.ended(event);
    }
  }

  private selected(event: TraceEvent): Words {
    const unseen = event.asOf === -Infinity || event.asOf === null;
    const believed = isKnown(event.believed) ? `${requests(event.believed)} there` : unseen ? 'nothing seen yet' : '';
    return {
      believed: believed === '' ? 'its load is not looked at' : believed,
      age: believed === '' ? '' : ageOf(event),
      truth: `${requests(event.truth)} there; ${this.prospect(event)}`,
      decided: `sends it to ${this.instance(event.instance, event)}`,
    };
  }

  /** When the chosen instance would answer, and the best one if that is another. */
  private prospect(event: TraceEvent): string {
    const { at, wouldAnswerAt, best, bestAt, instance } = event;
    const would = this.answerIn(wouldAnswerAt, at);
    if (best < 0 || best === instance) return would;
    return `${would}, ${this.instance(best, event)} in ${span(bestAt - at)}`;
  }

  private answerIn(time: number, at: number): string {
    return isKnown(time) && time !== Infinity ? `would answer in ${span(time - at)}` : 'would not serve it';
  }

  private gateBelief(event: TraceEvent, passes: boolean): Partial<Words> {
    const spec = this.specOf(event);
    const key = this.keyOf(spec, event);
    if (spec?.kind === 'circuitBreaker') return { believed: `circuit ${passes ? 'closed' : 'open'}${key}` };
    if (spec?.kind === 'rateLimiter') return { believed: `${passes ? 'allowance left' : 'no allowance left'}${key}` };
    return {};
  }

  /** What of a gate's state is meant: that of the client, of the instance … */
  private keyOf(spec: LayerSpec | undefined, event: TraceEvent): string {
    switch (spec?.config['key']) {
      case 'client':
        return ` for client ${this.explanation.trace.client}`;
      case 'instance':
        return event.instance < 0 ? '' : ` for ${this.instance(event.instance, event)}`;
      default:
        return '';
    }
  }

  private refused(event: TraceEvent, verb: string): Words {
    const { at, instance, best, bestAt, detail, cause } = event;
    const who = instance >= 0 ? this.instance(instance, event) : best >= 0 ? this.instance(best, event) : 'no instance';
    const answer = instance >= 0 ? event.wouldAnswerAt : bestAt;
    const inTime = isKnown(answer) && answer <= (this.explanation.trace.deadlineAt ?? Infinity) ? ', in time' : '';
    const capacity = `${who} ${this.answerIn(answer, at)}${inTime}`;
    const quota = detail.includes('within its quota')
      ? 'within its quota; '
      : detail.includes('over its quota')
        ? 'over its quota; '
        : '';
    return {
      ...this.gateBelief(event, false),
      age: ageOf(event),
      truth: quota + capacity,
      decided: `${verb}: ${cause}`,
    };
  }

  private dispatched(event: TraceEvent): Words {
    const { ahead } = event;
    const busy = ahead === null ? '' : `${ahead.running} in service, ${ahead.waiting} waiting`;
    const extra = ahead === null ? [] : aheadWords(ahead.retries, ahead.abandoned);
    const truth = [[busy, ...extra].join(', '), this.answerIn(event.wouldAnswerAt, event.at)];
    return {
      who: this.instance(event.instance, event),
      truth: truth.filter((text) => text !== '').join('; '),
      decided: 'takes it in',
    };
  }

  private answered(event: TraceEvent): Words {
    const why = event.cause === 'none' || event.cause === '' ? '' : ` (${event.cause})`;
    return {
      who: this.instance(event.instance, event),
      decided: `answers ${STATUS[event.result] ?? event.result}${why}`,
    };
  }

  private charged(event: TraceEvent): Words {
    const spec = this.specOf(event);
    const client = `client ${this.explanation.trace.client}`;
    if (spec?.kind === 'rateLimiter') {
      return {
        ...this.seen(event),
        believed: `${client} is to blame for the ${STATUS[event.result]}`,
        decided: `takes ${decimal(event.amount, Number.isInteger(event.amount) ? 0 : 2)} more from ${client}`,
      };
    }
    return { ...this.seen(event), decided: event.result === 'ok' ? 'counts a success' : 'counts a failure' };
  }

  /** What a layer sees of a result, and who made it in truth. */
  private seen({ result, cause, origin, causeVisible }: TraceEvent): Partial<Words> {
    const maker = origin === 'instance' ? 'an instance' : `\`${origin}\``;
    const why = cause === 'none' || cause === '' ? '' : ` (${cause})`;
    const status = STATUS[result] ?? result;
    return {
      believed: causeVisible ? `${status} made by ${maker}${why}` : `${status}, cannot see whose`,
      truth: causeVisible ? '' : `${maker} made it${why}`,
    };
  }

  private fellBack(event: TraceEvent): Words {
    const stale = this.specOf(event)?.fallback?.answer === 'stale';
    return { ...this.seen(event), decided: `answers with its fallback${stale ? ', an old answer' : ''}` };
  }

  private timedOut(event: TraceEvent): Words {
    const where = event.instance < 0 ? 'it' : this.instance(event.instance, event);
    const state = event.detail === '' ? '' : `${event.detail}; `;
    return {
      believed: 'too slow',
      truth: `${state}${this.answerIn(event.wouldAnswerAt, event.at)}`,
      decided: `stops waiting for ${where}`,
    };
  }

  private ended({ detail, result, origin, cause }: TraceEvent): Words {
    if (detail === 'served') return { decided: 'has its answer: served' };
    const by = origin === 'instance' || origin === '' ? '' : ` of \`${origin}\``;
    const why = cause === 'none' || cause === '' ? '' : ` (${cause})`;
    return { decided: `has ${STATUS[result] ?? result}${by}${why}: ${detail}` };
  }

  private verdictOf(event: TraceEvent): string {
    const wrong = event.wrong === '' ? [] : [wrongText(event.wrong)];
    const conflict = conflictOf(event);
    return [...wrong, ...(conflict === null ? [] : [conflict.replace(/(\S+)$/, '`$1`')])].join(', ');
  }

  // --- the end ---------------------------------------------------------------------------------------------------

  /** What it came to, in sentences. */
  moral(): string[] {
    const { trace, servable, servedByBare, alike } = this.explanation;
    const took = span(trace.endedAt - trace.arrivedAt);
    const last = trace.events.findLast(({ act }) => act === 'ended')!;
    const sentences = [trace.outcome === 'served' ? `It was served after ${took}.` : this.causeOfDeath(last, took)];
    const conflicts = this.conflicts();
    if (conflicts.length > 0) sentences.push(`On its way ${enumerate(conflicts)}.`);
    if (trace.outcome !== 'served') {
      const rescue = this.rescue(last);
      if (rescue !== undefined) sentences.push(rescue);
      else if (!servable) sentences.push('No instance could have served it in time: the oracle could not either.');
    }
    if (trace.outcome !== 'served' && servedByBare) {
      sentences.push('`bare`, the same world without any layer, served it: it was killed by control.');
    }
    if (trace.outcome === 'served' && !servedByBare) sentences.push('`bare` did not serve it: control saved it.');
    if (alike > 1) sentences.push(`${plural(alike, 'request')} of this run died like it, in as many conflicts.`);
    return sentences;
  }

  private causeOfDeath({ result, origin, cause, act: _act }: TraceEvent, took: string): string {
    const status = STATUS[result] ?? result;
    const { outcome, deadlineAt, endedAt } = this.explanation.trace;
    const left =
      deadlineAt === Infinity || deadlineAt === null ? '' : `, ${span(deadlineAt - endedAt)} before its deadline`;
    if (outcome === 'unfinished') return 'It had not ended when the run did.';
    if (outcome === 'late') return `Its answer came after ${took}, too late.`;
    if (outcome === 'wrong') return `It was answered after ${took}, but wrongly.`;
    if (origin === 'instance' || origin === '') {
      return outcome === 'timedOut'
        ? `The client hung up after ${took}.`
        : `An instance ended it after ${took} with ${status} (${cause}).`;
    }
    return `\`${origin}\` ended it after ${took} with ${status} (${cause})${endedAt < deadlineAt ? left : ''}.`;
  }

  /** Each conflict on its way in a clause, in order, none twice. */
  private conflicts(): string[] {
    const clauses = this.explanation.trace.events.flatMap((event) => {
      const conflict = conflictOf(event);
      if (conflict === null) return [];
      const who = this.whoOf(event);
      return [
        conflict
          .replace(/^overrules (.+)$/, `\`${who}\` overruled \`$1\``)
          .replace(/^bypasses (.+)$/, `\`${who}\` bypassed \`$1\``)
          .replace(
            /^misattributes the refusal of (.+)$/,
            `\`${who}\` took the refusal of \`$1\` for the client's offence`,
          )
          .replace(/^misled by (.+)$/, `\`${who}\` was misled by the refusal of \`$1\``),
      ];
    });
    return [...new Set(clauses)];
  }

  /** The instance that could have served it, at the last moment that anybody looked. */
  private rescue(last: TraceEvent): string | undefined {
    const { trace } = this.explanation;
    const look = trace.events.findLast(
      ({ best, bestAt, edge }) => edge === trace.edge && best >= 0 && bestAt <= (trace.deadlineAt ?? Infinity),
    );
    if (look === undefined) return undefined;
    const after = span(look.bestAt - trace.arrivedAt);
    const when = look.at === last.at ? 'Even then' : `${span(look.at - trace.arrivedAt)} after its arrival`;
    const left =
      trace.deadlineAt === Infinity || trace.deadlineAt === null
        ? ''
        : `, ${span(trace.deadlineAt - look.bestAt)} before its deadline`;
    return `${when} a healthy instance could have served it: ${this.instance(look.best, look)}, by ${after} after its arrival${left}.`;
  }
}

/** "overrules x", "bypasses x", "misattributes the refusal of x", "misled by x"; null where there is no conflict. */
function conflictOf({ act, detail, origin, result }: TraceEvent): string | null {
  if (act === 'charged') {
    if (detail !== 'misattributed') return null;
    return result === 'refused' || result === 'limited'
      ? `misattributes the refusal of ${origin}`
      : `misled by ${origin}`;
  }
  return /^(overrules|bypasses) [^,]+/.exec(detail)?.[0] ?? null;
}

function ageOf({ at, asOf }: TraceEvent): string {
  if (asOf === null || !Number.isFinite(asOf)) return '';
  return at === asOf ? 'live' : span(at - asOf);
}

function isKnown(value: number | null): value is number {
  return value !== null && !Number.isNaN(value);
}

function enumerate(clauses: readonly string[]): string {
  return clauses.length < 2 ? clauses.join('') : `${clauses.slice(0, -1).join(', ')}, and ${clauses.at(-1)}`;
}

function requests(n: number): string {
  return `${decimal(n, Number.isInteger(n) ? 0 : 1)} ${n === 1 ? 'request' : 'requests'}`;
}

function aheadWords(retries: number, abandoned: number): string[] {
  const words = [];
  if (retries > 0) words.push(`of these ${retries === 1 ? '1 retry' : `${retries} retries`}`);
  if (abandoned > 0) words.push(`${abandoned} abandoned`);
  return words;
}
