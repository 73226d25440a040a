import type { JSX } from 'preact';
import { EditorDialog } from '../editor/panel.tsx';
import { GalleryDialog } from '../gallery/gallery.tsx';
import { ShareDialog } from '../share/share.tsx';
import { dialog } from './dialog.ts';
import { DialogBox } from './dialog-box.tsx';
import { KEYS } from './keys.ts';

export function Dialogs(): JSX.Element | null {
  switch (dialog.value) {
    case null:
      return null;
    case 'editor':
      return <EditorDialog />;
    case 'gallery':
      return <GalleryDialog />;
    case 'share':
      return <ShareDialog />;
    case 'keys':
      return <KeysDialog />;
  }
}

function KeysDialog(): JSX.Element {
  return (
    <DialogBox title="Keys">
      <dl class="keys">
        {KEYS.map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <p class="lead">
        Requests come in at the left and pass the layers from the outermost in. Passing a layer takes no simulated time;
        the way is drawn so that it can be seen. In an instance a request stays as long as it really did. Answers are
        not drawn on their way back.
      </p>
    </DialogBox>
  );
}
