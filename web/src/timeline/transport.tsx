import type { JSX } from 'preact';
import { SPEEDS } from '../model/clock.ts';
import { clockText, speedText } from '../model/format.ts';
import { clock, stopAll, computing } from '../model/store.ts';
import { jump } from './events.tsx';

/** Simulated time of one step. */
export const STEP_MS = 5;

export function step(direction: 1 | -1): void {
  clock.playing.value = false;
  // At a slow pace a step is short.
  clock.seek(clock.now + direction * Math.max(1, STEP_MS * clock.speed.value * 20));
}

export function togglePlay(): void {
  if (!clock.playing.value && clock.now >= clock.end && clock.isComplete()) clock.seek(clock.from);
  clock.playing.value = !clock.playing.value;
}

export function changeSpeed(direction: 1 | -1): void {
  const place = SPEEDS.findIndex((speed) => speed === clock.speed.value);
  clock.speed.value = SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, place + direction))];
}

/** Play, step, speed. */
export function Transport(): JSX.Element {
  const playing = clock.playing.value;
  return (
    <div class="transport" role="toolbar" aria-label="Playback">
      <button type="button" class="primary" onClick={togglePlay} aria-keyshortcuts="Space">
        {playing ? 'Pause' : 'Play'}
      </button>
      <button type="button" onClick={() => step(-1)} aria-label="One step back" aria-keyshortcuts=",">
        ‹ step
      </button>
      <button type="button" onClick={() => step(1)} aria-label="One step on" aria-keyshortcuts=".">
        step ›
      </button>
      <button type="button" onClick={() => jump(-1)} aria-label="To the decision before" aria-keyshortcuts="[">
        ‹ decision
      </button>
      <button type="button" onClick={() => jump(1)} aria-label="To the next decision" aria-keyshortcuts="]">
        decision ›
      </button>
      <label class="speed">
        Speed
        <select
          value={clock.speed.value}
          onChange={({ currentTarget }) => (clock.speed.value = Number(currentTarget.value))}
        >
          {SPEEDS.map((speed) => (
            <option key={speed} value={speed}>
              {speedText(speed)}
            </option>
          ))}
        </select>
      </label>
      <time class="now" data-testid="now">
        {clockText(clock.shown.value)}
      </time>
      {computing.value.some((is) => is) && (
        <button type="button" class="quiet" onClick={stopAll}>
          Stop computing
        </button>
      )}
    </div>
  );
}
