import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { openingProblem, openShipped } from '../app/begin.ts';
import { dialog } from '../app/dialog.ts';
import { DialogBox } from '../app/dialog-box.tsx';
import { guideStep, startGuide } from '../app/guide.tsx';
import { scenario } from '../model/store.ts';
import { SHIPPED, shippedText } from './scenarios.ts';

interface Card {
  readonly file: string;
  readonly name: string;
  readonly about: string;
}

/** The scenarios that ship, each with what it is about. */
export function GalleryDialog(): JSX.Element {
  const cards = useSignal<readonly Card[]>([]);
  useEffect(() => {
    void Promise.all(SHIPPED.map(readCard)).then((read) => (cards.value = read));
  }, [cards]);
  return (
    <DialogBox title="Gallery" wide>
      <ul class="gallery">
        {cards.value.map(({ file, name, about }) => (
          <li key={file}>
            <button
              type="button"
              class={scenario.value.shipped === file ? 'card is-open' : 'card'}
              onClick={() => {
                dialog.value = null;
                openingProblem.value = null;
                history.replaceState(null, '', location.pathname + location.search);
                guideStep.value = null;
                void openShipped(file).then(() => startGuide('story'));
              }}
            >
              <strong>{name}</strong>
              <span>{about}</span>
            </button>
          </li>
        ))}
      </ul>
    </DialogBox>
  );
}

async function readCard(file: string): Promise<Card> {
  const text = (await shippedText(file)) ?? '';
  const field = (key: string): string =>
    new RegExp(`^${key}:\\s*(.*)$`, 'm').exec(text)?.[1]?.replace(/^["']|["']$/g, '') ?? '';
  return { file, name: field('name') || file, about: field('about') };
}
