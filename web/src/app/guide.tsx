import { effect, signal } from '@preact/signals';
import type { JSX } from 'preact';
import { clockText, count, percent } from '../model/format.ts';
import { mostTelling } from '../model/flips.ts';
import {
  analysed,
  changeLane,
  choose,
  clock,
  flips,
  laneOf,
  lanes,
  selected,
  specs,
  stories,
  summary,
  version,
} from '../model/store.ts';
import { fateOf } from '../flips/flips.tsx';
import { uses } from '../model/uses.ts';

/** The step of the guided visit that is shown; null when it is over or was not begun. */
export const guideStep = signal<number | null>(null);

/** A first visit to the page, or the story that the scenario's file tells. */
type Mode = 'visit' | 'story';
const mode = signal<Mode>('visit');

/** So many simulated milliseconds before the request arrives the slow motion begins. */
const LEAD_MS = 2;

export function startGuide(wanted: Mode = 'visit'): void {
  mode.value = wanted;
  guideStep.value = 0;
  watchForVictim();
}

/** On from the slow motion, at a pace at which the whole can be seen. */
function go(to: number): void {
  if (guideStep.value === 0 && to === 1) {
    clock.stopAt = null;
    clock.speed.value = 0.25;
  }
  guideStep.value = to;
}

/** As soon as both runs are there: slow motion on the request that shows most. */
function watchForVictim(): void {
  const began = performance.now();
  const stop = effect(() => {
    uses(version);
    const [first, second] = analysed.value;
    if (guideStep.value === null) return;
    if (first === undefined || second === undefined || !first.isWhole || !second.isWhole) return;
    const request = mostTelling(first, flips.peek().killed);
    setTimeout(() => stop());
    if (request < 0) {
      if (mode.value === 'visit') guideStep.value = null;
      return;
    }
    setTimeout(() => showDeath(request), Math.max(0, 2500 - (performance.now() - began)));
  });
}

function showDeath(request: number): void {
  const [lane] = lanes.value;
  if (lane === undefined || guideStep.value !== 0) return;
  if (selected.value !== request) choose(request);
  const took = lane.endedAt.values[request] - lane.arrivedAt.values[request];
  // About three seconds from its arrival to its end, whatever it took.
  clock.speed.value = took < 6 ? 0.005 : took < 15 ? 0.005 : took < 60 ? 0.01 : 0.05;
  clock.seek(lane.arrivedAt.values[request] - LEAD_MS);
  clock.stopAt = lane.arrivedAt.values[request] + took + 4 * clock.travel;
  clock.playing.value = true;
}

function again(): void {
  if (selected.value !== null) showDeath(selected.value);
}

/** The change that one is led to: the first layer that can say who refused. */
function remedy(): { layer: string; isDone: boolean } | null {
  const refuser = summary.value?.designs[0].layers.find(({ kind }) => kind === 'circuitBreaker');
  if (refuser === undefined) return null;
  return { layer: refuser.name, isDone: specs.value[0].cause[refuser.name] === true };
}

function tryRemedy(layer: string): void {
  changeLane(0, (spec) => ({ ...spec, cause: { ...spec.cause, [layer]: true } }));
  guideStep.value = 3;
}

/** A guided first visit: three things to see, each in a sentence or two. */
export function Guide(): JSX.Element | null {
  const step = guideStep.value;
  if (step === null || summary.value === null) return null;
  const isStory = mode.value === 'story';
  const { steps, closing } = summary.value.story;
  const places = isStory ? 1 + steps.length + (closing === '' ? 0 : 1) : 4;
  const isLast = step >= places - 1;
  return (
    <aside class="guide" aria-label="Guided visit">
      <div class="guide-text" aria-live="polite">
        {isStory && <Tale step={step} />}
        {!isStory && step === 0 && <Death />}
        {!isStory && step === 1 && <Beliefs />}
        {!isStory && step === 2 && <Remedy />}
        {!isStory && step === 3 && <Outcome />}
      </div>
      <div class="guide-buttons">
        <span class="guide-place">
          {step + 1} of {places}
        </span>
        {step === 0 && selected.value !== null && (
          <button type="button" onClick={again}>
            Watch again
          </button>
        )}
        {step > 0 && (
          <button type="button" onClick={() => go(step - 1)}>
            Back
          </button>
        )}
        {!isLast && (
          <button type="button" class="primary" onClick={() => go(step + 1)}>
            Next
          </button>
        )}
        <button type="button" class="quiet" onClick={() => (guideStep.value = null)}>
          {isLast ? 'Explore by yourself' : 'Skip'}
        </button>
      </div>
    </aside>
  );
}

/** The story that the scenario's file tells, a step at a time. */
function Tale({ step }: { step: number }): JSX.Element {
  const { about, name, story, faults } = summary.value!;
  if (step === 0) {
    const first = faults[0];
    return (
      <>
        <h2>{name}</h2>
        <p>
          {about} {first === undefined ? '' : `At ${clockText(first.fromMs, 0)}: ${first.label}.`}
        </p>
      </>
    );
  }
  const told = story.steps[step - 1];
  return (
    <>
      <h2>{told === undefined ? 'What the measurements say' : `Step ${step}`}</h2>
      <p>{(told ?? story.closing).replaceAll('`', '')}</p>
    </>
  );
}

function Death(): JSX.Element {
  uses(version);
  const request = selected.value;
  const [first, second] = lanes.value;
  if (request === null || first === undefined || second === undefined) {
    return (
      <>
        <h2>Every layer is sensible. Together they kill healthy requests.</h2>
        <p>Two designs run on the same traffic and the same fault. In a moment, watch one request in slow motion.</p>
      </>
    );
  }
  const took = first.endedAt.values[request] - first.arrivedAt.values[request];
  const story = stories.value[0];
  const rescue = story?.moral.find((sentence) => sentence.includes('could have served it'))?.replaceAll('`', '');
  return (
    <>
      <h2>
        Request {count(request)} dies {took.toFixed(0)} ms after it came. Nothing that it needed was broken.
      </h2>
      <p>
        It is the ringed one. In A: {fateOf(first, request)}. {rescue ?? ''} In B, the same request is{' '}
        <span class="good">{fateOf(second, request)}</span>.
      </p>
    </>
  );
}

function Beliefs(): JSX.Element {
  return (
    <>
      <h2>Hatched is where a layer is wrong.</h2>
      <p>
        Below each stage, what a layer believes (<span class="key belief">▌</span>) stands beside what is true (
        <span class="key truth">▬</span>). The balancer sees loads that are seconds old; the breaker stays open for
        instances that are well again; the limiter holds clients guilty of refusals that others made.
      </p>
    </>
  );
}

function Remedy(): JSX.Element {
  const found = remedy();
  return (
    <>
      <h2>Find the change that saves it.</h2>
      <p>
        Switch layers of A off and on above its stage, or drag a lag below it: it runs again at once, and keeps its
        place.
        {found !== null && !found.isDone && (
          <>
            {' '}
            Or let the {found.layer} say why it refuses:{' '}
            <button type="button" onClick={() => tryRemedy(found.layer)}>
              Try it
            </button>
          </>
        )}
      </p>
    </>
  );
}

function Outcome(): JSX.Element {
  uses(version);
  const [first] = lanes.value;
  if (first === undefined) return <p>computing …</p>;
  const { ended, served } = first;
  const found = remedy();
  return (
    <>
      <h2>
        {found?.isDone === true
          ? `With ${found.layer} saying why, A serves ${percent(served / ended)}.`
          : `A serves ${percent(served / ended)} now.`}
      </h2>
      <p>
        The layers are all still there. What changed is what one of them tells the others.{' '}
        {summary.value?.story.closing}{' '}
        {found?.isDone === true && (
          <button type="button" onClick={() => changeLane(0, () => laneOf('layered'))}>
            Take it back
          </button>
        )}
      </p>
    </>
  );
}
