import type { JSX } from 'preact';
import { DialogBox } from '../app/dialog-box.tsx';

export function ShareDialog(): JSX.Element {
  return <DialogBox title="Share and export">…</DialogBox>;
}
