/** Light, dark, or as the system has it; remembered. */
import { signal, type ReadonlySignal } from '@preact/signals';
import type { TextStore } from '../storage/local.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

export function parseTheme(text: string): Theme {
  return THEMES.find((theme) => theme === text) ?? 'system';
}

export function nextTheme(theme: Theme): Theme {
  return THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system';
}

export class ThemeChoice {
  readonly #theme;
  readonly #store: TextStore;
  readonly #apply: (theme: Theme) => void;

  /** @param apply puts a theme on the document */
  constructor(store: TextStore, apply: (theme: Theme) => void) {
    this.#store = store;
    this.#apply = apply;
    this.#theme = signal(parseTheme(store.read()));
    apply(this.#theme.peek());
  }

  get theme(): ReadonlySignal<Theme> {
    return this.#theme;
  }

  toggle(): void {
    this.#theme.value = nextTheme(this.#theme.peek());
    this.#store.write(this.#theme.peek() === 'system' ? '' : this.#theme.peek());
    this.#apply(this.#theme.peek());
  }
}

/** The style sheets look for `data-theme` on the root; without it they follow the system. */
export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}
