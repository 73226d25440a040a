import { calm } from '../app/palette.ts';
import { clock } from '../model/store.ts';

/** With reduced motion the stage stands still for so long, milliseconds of the viewer's. */
const CALM_STEP_MS = 800;

/** The moment to be drawn: where little motion is wanted, the picture changes about once a second of the viewer's. */
export function momentToDraw(): number {
  if (!calm.value || !clock.playing.value) return clock.now;
  const step = Math.max(1, CALM_STEP_MS * clock.speed.value);
  return Math.floor(clock.now / step) * step;
}
