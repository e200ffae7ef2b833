import { describe, expect, it } from 'vitest';
import type { ApiErrorCode } from '../../../../../front/api-error.ts';
import { failureIdOf, failureOf, FailureError, PAGE_FAILURES, SERVER_FAILURES } from '../../../../../front/page/src/connection/failure.ts';
import { failureLine, failureText } from '../../../../../front/page/src/strings/failures.ts';

describe('words for failures', () => {
  it('exist for each of them: what happened, and what comes next or is to be done', () => {
    const titles = [...SERVER_FAILURES, ...PAGE_FAILURES].map((id) => {
      const { title, advice } = failureText({ id }, 'The quay');
      expect(title.length).toBeGreaterThan(8);
      expect(advice.length).toBeGreaterThan(20);
      expect(advice).toMatch(/\.$/);
      return title;
    });
    expect(new Set(titles).size).toBe(titles.length);
  });

  it('name the streamer, and keep its direction of writing to itself', () => {
    expect(failureText({ id: 'streamer-full' }, 'مرصد').title).toBe('“\u2068مرصد\u2069” is full');
  });

  it('fit one line in the sign-in form', () => {
    expect(failureLine({ id: 'service-away' })).toMatch(/^The service is away\. .+\.$/);
  });

  it('are known by the identifiers that front uses', () => {
    // Compared when it is compiled: a name that front does not know is an error here.
    const codes: readonly ApiErrorCode[] = SERVER_FAILURES;
    for (const code of codes) expect(failureIdOf(500, code)).toBe(code);
  });

  it('say what front said where the page knows no better', () => {
    expect(failureText({ id: 'unexpected', detail: 'The offer is too large.' }, 'x').advice).toMatch(/The offer is too large\..* try again/);
  });

  it('are found from what was thrown', () => {
    expect(failureOf(new FailureError({ id: 'streamer-full' }))).toEqual({ id: 'streamer-full' });
    expect(failureOf(new TypeError('odd'))).toEqual({ id: 'unexpected', detail: 'odd' });
  });

  it('are never looked up by what front does not list', () => {
    expect(failureIdOf(500, 'no-webrtc')).toBe('unexpected');
    expect(failureIdOf(409, 'superseded')).toBe('other-tab');
  });
});
