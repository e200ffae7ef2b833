import { describe, expect, it } from 'vitest';
import { difference } from '../../../support/course/answers.ts';

describe('an answer of the course', () => {
  it.each([
    ['says itself, whatever separates it', ['5065 5060 INVITE <sip:a;lr>'], ['5065\t5060\tINVITE\t\t<sip:a;lr>']],
    ['names values that are chance', ['INVITE ‹A›', 'INVITE ‹B›,‹A›'], ['INVITE x1', 'INVITE y2,x1']],
    ['leaves room for a busy machine', ['403 …', '403 ≈0.5'], ['403 0.000', '403 0.61']],
  ])('%s', (_what, answer, printed) => {
    expect(difference(answer, printed)).toBeUndefined();
  });

  it.each([
    ['another word', ['INVITE'], ['ACK'], /line 1 is “ACK” instead of “INVITE”/],
    ['a character that patterns know', ['a.b'], ['axb'], /line 1/],
    ['a line too many', ['INVITE'], ['INVITE', 'INVITE'], /2 lines instead of 1/],
    ['a line too few', ['INVITE'], [], /0 lines instead of 1/],
    ['one name with two values', ['‹A›', '‹A›'], ['x', 'y'], /line 2/],
    ['two names with one value', ['‹A›', '‹B›'], ['x', 'x'], /A = x, B = x/],
    ['a number far from it', ['≈0.5'], ['1.0'], /line 1/],
    ['a number too soon', ['≈10'], ['8.9'], /line 1/],
    ['no number at all', ['≈10'], ['soon'], /line 1/],
  ])('is not %s', (_what, answer, printed, fault) => {
    expect(difference(answer, printed)).toMatch(fault);
  });
});
