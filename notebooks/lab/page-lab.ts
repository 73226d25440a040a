import { RememberingLab } from './remembering-lab.ts';
import { Workers } from './workers.ts';

/** Some for the runs, one for the page. */
const WIDTH = Math.max(1, Math.min(4, (navigator.hardwareConcurrency || 2) - 1));
const REMEMBERED = 300;

/** How many runs are under way or wait: the style sheet shows it. */
function tell(orders: number): void {
  document.documentElement.dataset['orders'] = String(orders);
}

/** The lab of a notebook: its runs are in workers. */
export const lab = new RememberingLab(
  new Workers(
    WIDTH,
    () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'simulation' }),
    tell,
  ),
  REMEMBERED,
);
