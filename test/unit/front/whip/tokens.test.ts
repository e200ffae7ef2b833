import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../../shared/cli/usage-error.ts';
import { isOneOf, parseTokens } from '../../../../front/whip/tokens.ts';

describe('tokens of an operator', () => {
  it('are a list, each fit for a header', () => {
    expect(parseTokens('camera-1, studio.2~x==  third')).toEqual(['camera-1', 'studio.2~x==', 'third']);
  });

  it.each(['', ' , ', 'pass"word', 'naïve', 'x'.repeat(2000), 'a,'.repeat(101)])('are none: %j, and the error does not repeat them', (text) => {
    let thrown: unknown;
    try {
      parseTokens(text);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(UsageError);
    expect(parseTokens.secret).toBe(true);
    if (text.length > 3) expect((thrown as Error).message).not.toContain(text.slice(0, 5));
  });

  it('let in whoever shows one of them, whole', () => {
    expect(['one', 'two'].map((token) => isOneOf(['one', 'two'], token))).toEqual([true, true]);
    expect(['On', 'one ', '', 'three'].map((token) => isOneOf(['one', 'two'], token))).toEqual([false, false, false, false]);
    expect(isOneOf([], 'one')).toBe(false);
  });
});
