import { signal } from '@preact/signals';
import { basesFor, FIRST, shippedText } from '../gallery/scenarios.ts';
import { SPEEDS } from '../model/clock.ts';
import { choose, clock, laneOf, open } from '../model/store.ts';
import type { OpenScenario } from '../model/store.ts';
import { fromFragment } from '../share/link.ts';
import { startGuide } from './guide.tsx';

/** What went wrong with what was to be opened. */
export const openingProblem = signal<string | null>(null);

/** Opens what the address or the server says, or the first story. */
export async function begin(): Promise<void> {
  const fragment = location.hash.slice(1);
  if (fragment !== '' && (await openLink(fragment))) return;
  const given = document.querySelector<HTMLMetaElement>('meta[name="overcontrol-scenario"]')?.content;
  if (given !== undefined) {
    const answer = await fetch(given);
    const { text, file, bases } = (await answer.json()) as {
      text: string;
      file: string;
      bases: Record<string, string>;
    };
    open({ text, file, bases, shipped: null }, null);
    clock.playing.value = true;
    return;
  }
  await openShipped(FIRST);
  startGuide();
}

/** Opens a scenario of the gallery and lets it run. */
export async function openShipped(file: string): Promise<void> {
  const scenario = await readShipped(file);
  if (scenario === null) {
    openingProblem.value = `There is no scenario \`${file}\` here.`;
    return;
  }
  open(scenario, null);
  clock.speed.value = 0.5;
  clock.playing.value = true;
}

async function readShipped(file: string): Promise<OpenScenario | null> {
  const text = await shippedText(file);
  return text === undefined ? null : { text, file, bases: await basesFor(text), shipped: file };
}

async function openLink(fragment: string): Promise<boolean> {
  try {
    const state = await fromFragment(fragment);
    const scenario =
      state.shipped === null
        ? { text: state.text, file: state.file, bases: state.bases, shipped: null }
        : await readShipped(state.shipped);
    if (scenario === null) throw new Error(`The link is of a scenario that is not here: ${state.shipped}.`);
    open(scenario, state.lanes.length > 0 ? state.lanes : [laneOf('layered')], state.at);
    clock.speed.value = SPEEDS.reduce((best, speed) =>
      Math.abs(speed - state.speed) < Math.abs(best - state.speed) ? speed : best,
    );
    if (state.request !== null) choose(state.request);
    return true;
  } catch (error) {
    openingProblem.value = (error as Error).message;
    return false;
  }
}
