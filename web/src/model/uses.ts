import type { ReadonlySignal } from '@preact/signals';

/** Says that what runs now is to run again when one of these changes, though it does not look at their values. */
export function uses(...signals: readonly ReadonlySignal[]): void {
  for (const { value } of signals) void value;
}
