import { describe, expect, it } from 'vitest';
import { dateText } from '../../../../../front/page/src/admin/date-text.ts';

describe('dates', () => {
  const now = new Date(2026, 10, 29, 18, 0);

  it('are the time of today, and the day of what is longer ago', () => {
    expect(dateText(new Date(2026, 10, 29, 7, 5).toISOString(), now)).toBe('07:05');
    expect(dateText(new Date(2026, 10, 28, 12, 0).toISOString(), now)).toBe('28 Nov 2026');
  });

  it('are nothing where there is none', () => {
    expect(dateText('', now)).toBe('');
    expect(dateText('yesterday', now)).toBe('');
  });
});
