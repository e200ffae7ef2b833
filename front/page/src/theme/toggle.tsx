/** Goes through the themes: as the system, light, dark. */
import type { JSX } from 'preact';
import { DarkThemeIcon, LightThemeIcon, SystemThemeIcon } from '../icons/icons.tsx';
import { useApp } from '../shell/context.ts';
import { words } from '../strings/words.ts';

const ICONS = { system: SystemThemeIcon, light: LightThemeIcon, dark: DarkThemeIcon };

export function ThemeToggle(): JSX.Element {
  const { theme, announcer } = useApp();
  const current = theme.theme.value;
  const Icon = ICONS[current];
  const onClick = (): void => {
    theme.toggle();
    announcer.say(words.theme[theme.theme.peek()]);
  };
  return (
    <button type="button" class="icon-button" onClick={onClick} aria-label={words.theme[current]} title={words.theme[current]}>
      <Icon />
    </button>
  );
}
