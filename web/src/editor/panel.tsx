import type { JSX } from 'preact';
import { DialogBox } from '../app/dialog-box.tsx';

export function EditorDialog(): JSX.Element {
  return (
    <DialogBox title="Scenario" wide>
      …
    </DialogBox>
  );
}
