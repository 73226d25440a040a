import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { dialog } from './dialog.ts';

/** A dialog in the browser's own sense: it takes the focus, keeps it, and gives it back. */
export function DialogBox({
  title,
  children,
  wide,
}: {
  title: string;
  children: ComponentChildren;
  wide?: boolean;
}): JSX.Element {
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = box.current!;
    element.showModal();
    return () => element.close();
  }, []);
  return (
    <dialog
      ref={box}
      class={wide === true ? 'is-wide' : ''}
      aria-labelledby="dialog-title"
      onClose={() => (dialog.value = null)}
      onClick={({ target, currentTarget }) => {
        if (target === currentTarget) dialog.value = null;
      }}
    >
      <div class="dialog-body">
        <header>
          <h2 id="dialog-title">{title}</h2>
          <button type="button" class="quiet" onClick={() => (dialog.value = null)}>
            Close
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
