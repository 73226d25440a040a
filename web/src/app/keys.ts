import { goAcross, goUp } from '../graph/levels.tsx';
import { jump } from '../timeline/events.tsx';
import { changeSpeed, step, togglePlay } from '../timeline/transport.tsx';
import { clock, specs } from '../model/store.ts';
import { layersOf } from '../model/store.ts';
import { toggleLayer } from '../stage/layer-controls.tsx';
import { dialog } from './dialog.ts';
import { setTheme, theme } from './palette.ts';

/** What the keys do, for the help. */
export const KEYS: readonly (readonly [string, string])[] = [
  ['Space', 'play, pause'],
  [', .', 'one step back, on'],
  ['[ ]', 'to the decision before, after'],
  ['← →', 'a second back, on (Shift: ten)'],
  ['− +', 'slower, faster'],
  ['1 – 9', 'switch a layer of design A (Shift: of B)'],
  ['U', 'one level up: request, edge, all services'],
  ['N B', 'to the next edge, the one before'],
  ['E', 'edit the scenario'],
  ['G', 'gallery'],
  ['S', 'share and export'],
  ['D', 'dark, light'],
  ['?', 'this list'],
  ['Esc', 'close'],
];

const SHIFTED_DIGITS = ['!', '@', '#', '$', '%', '^', '&', '*', '('];

/** Keys that belong to what has the focus are left to it. */
function isTaken(event: KeyboardEvent): boolean {
  const { target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey) return true;
  // The editor is in a shadow tree.
  const path = event.composedPath();
  if (path.some((node) => node instanceof HTMLElement && (node.isContentEditable || node.tagName === 'TEXTAREA')))
    return true;
  if (!(target instanceof HTMLElement)) return false;
  if (target.tagName === 'SELECT') return true;
  if (target instanceof HTMLInputElement && target.type === 'range') return event.key.startsWith('Arrow');
  if (target instanceof HTMLInputElement && target.type === 'text') return true;
  const acts = target.tagName === 'BUTTON' || target instanceof HTMLInputElement;
  return acts && (event.key === ' ' || event.key === 'Enter');
}

export function listenToKeys(): void {
  addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      dialog.value = null;
      return;
    }
    if (isTaken(event) || dialog.value !== null) return;
    if (act(event)) event.preventDefault();
  });
}

function act({ key, shiftKey, code }: KeyboardEvent): boolean {
  const digit = /^Digit([1-9])$/.exec(code)?.[1] ?? (/^[1-9]$/.test(key) ? key : undefined);
  if (digit !== undefined || SHIFTED_DIGITS.includes(key)) {
    return switchLayer(Number(digit ?? SHIFTED_DIGITS.indexOf(key) + 1) - 1, shiftKey ? 1 : 0);
  }
  switch (key) {
    case ' ':
      togglePlay();
      return true;
    case ',':
      step(-1);
      return true;
    case '.':
      step(1);
      return true;
    case '[':
      jump(-1);
      return true;
    case ']':
      jump(1);
      return true;
    case 'ArrowLeft':
      clock.seek(clock.now - (shiftKey ? 10_000 : 1000));
      return true;
    case 'ArrowRight':
      clock.seek(clock.now + (shiftKey ? 10_000 : 1000));
      return true;
    case '-':
      changeSpeed(-1);
      return true;
    case '+':
    case '=':
      changeSpeed(1);
      return true;
    case 'u':
      return goUp();
    case 'n':
      return goAcross(1);
    case 'b':
      return goAcross(-1);
    case 'e':
      dialog.value = 'editor';
      return true;
    case 'g':
      dialog.value = 'gallery';
      return true;
    case 's':
      dialog.value = 'share';
      return true;
    case 'd':
      setTheme(theme.value === 'dark' ? 'light' : 'dark');
      return true;
    case '?':
      dialog.value = 'keys';
      return true;
    default:
      return false;
  }
}

function switchLayer(place: number, lane: number): boolean {
  const spec = specs.value[lane];
  if (spec === undefined) return false;
  const layer = layersOf(spec)[place];
  if (layer === undefined) return false;
  toggleLayer(lane, layer.name);
  return true;
}
