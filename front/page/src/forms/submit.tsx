/** The button that sends a form. */
import type { JSX } from 'preact';

export function Submit({ busy, label, busyLabel, wide = false }: { busy: boolean; label: string; busyLabel: string; wide?: boolean }): JSX.Element {
  return (
    <button type="submit" class={wide ? 'button button-primary button-wide' : 'button button-primary'} aria-disabled={busy}>
      {busy ? <><span class="spinner" aria-hidden="true" />{busyLabel}</> : label}
    </button>
  );
}
