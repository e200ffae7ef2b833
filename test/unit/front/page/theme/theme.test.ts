import { describe, expect, it } from 'vitest';
import { ThemeChoice } from '../../../../../front/page/src/theme/theme.ts';
import type { Theme } from '../../../../../front/page/src/theme/theme.ts';

describe('the theme', () => {
  function choice(stored: string): { choice: ThemeChoice; applied: Theme[]; stored: () => string } {
    const applied: Theme[] = [];
    let text = stored;
    return { choice: new ThemeChoice({ read: () => text, write: (next) => void (text = next) }, (theme) => applied.push(theme)), applied, stored: () => text };
  }

  it('follows the system until chosen, also where something odd is stored', () => {
    expect(choice('').applied).toEqual(['system']);
    expect(choice('mauve').applied).toEqual(['system']);
  });

  it('goes round, is applied and remembered', () => {
    const { choice: theme, applied, stored } = choice('light');
    theme.toggle();
    expect(stored()).toBe('dark');
    theme.toggle();
    expect(stored()).toBe('');
    expect(applied).toEqual(['light', 'dark', 'system']);
  });
});
