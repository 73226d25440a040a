import { signal } from '@preact/signals';

/** The colours that canvases draw with, as the style sheet has them: see `style.css`. */
export interface Palette {
  readonly ink: string;
  readonly quiet: string;
  readonly faint: string;
  readonly line: string;
  readonly paper: string;
  readonly raised: string;
  readonly served: string;
  readonly late: string;
  readonly rejected: string;
  readonly timedOut: string;
  readonly failed: string;
  readonly truth: string;
  readonly belief: string;
  readonly gap: string;
  readonly fault: string;
  readonly lanes: readonly string[];
}

function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: colour('ink'),
    quiet: colour('quiet'),
    faint: colour('faint'),
    line: colour('line'),
    paper: colour('paper'),
    raised: colour('raised'),
    served: colour('served'),
    late: colour('late'),
    rejected: colour('rejected'),
    timedOut: colour('timed-out'),
    failed: colour('failed'),
    truth: colour('truth'),
    belief: colour('belief'),
    gap: colour('gap'),
    fault: colour('fault'),
    lanes: ['a', 'b', 'c'].map((letter) => colour(`lane-${letter}`)),
  };
}

export type Theme = 'light' | 'dark';

const wantsDark = matchMedia('(prefers-color-scheme: dark)');
const wantsCalm = matchMedia('(prefers-reduced-motion: reduce)');

export const theme = signal<Theme>(wantsDark.matches ? 'dark' : 'light');
export const palette = signal<Palette>(readPalette());
/** Steps instead of moving particles. */
export const calm = signal(wantsCalm.matches);

export function setTheme(wanted: Theme): void {
  theme.value = wanted;
  document.documentElement.dataset['theme'] = wanted;
  palette.value = readPalette();
}

setTheme(theme.value);
wantsDark.addEventListener('change', ({ matches }) => setTheme(matches ? 'dark' : 'light'));
wantsCalm.addEventListener('change', ({ matches }) => (calm.value = matches));
