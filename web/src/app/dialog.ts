import { signal } from '@preact/signals';

export type DialogName = 'editor' | 'gallery' | 'share' | 'keys';

/** The dialog that is open, if any. */
export const dialog = signal<DialogName | null>(null);
