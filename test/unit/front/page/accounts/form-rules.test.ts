import { describe, expect, it } from 'vitest';
import { emailProblem, MAX_PASSWORD_LENGTH, passwordProblem, personNameProblem, repetitionProblem } from '../../../../../front/page/src/accounts/form-rules.ts';
import { fieldTexts } from '../../../../../front/page/src/accounts/problem-text.ts';
import { MAX_PASSWORD_CHARACTERS, MIN_PASSWORD_CHARACTERS } from '../../../../../front/passwords/passwords.ts';
import { MIN_PASSWORD_LENGTH } from '../../../../../front/page/src/accounts/form-rules.ts';

describe('the forms of accounts', () => {
  it('want a password of eight characters or more, typed twice alike (seed 3.2)', () => {
    expect(passwordProblem('')).toBe('missing');
    expect(passwordProblem('1234567')).toBe('too-short');
    expect(passwordProblem('12345678')).toBeUndefined();
    expect(passwordProblem('👩👩👩👩👩👩👩')).toBe('too-short');
    expect(passwordProblem('x'.repeat(MAX_PASSWORD_LENGTH + 1))).toBe('too-long');
    expect(repetitionProblem('12345678', '')).toBe('missing');
    expect(repetitionProblem('12345678', '12345679')).toBe('different');
    expect(repetitionProblem('12345678', '12345678')).toBeUndefined();
  });

  it('draw the line where front draws it', () => {
    expect([MIN_PASSWORD_LENGTH, MAX_PASSWORD_LENGTH]).toEqual([MIN_PASSWORD_CHARACTERS, MAX_PASSWORD_CHARACTERS]);
  });

  it('want an e-mail address and names', () => {
    for (const email of ['ana', 'ana@', '@example.org', 'a b@example.org', 'a@b@c']) expect(emailProblem(email)).toBe('no-email');
    expect(emailProblem('')).toBe('missing');
    expect(emailProblem('ana+x@beispiel.österreich')).toBeUndefined();
    expect(personNameProblem('')).toBe('missing');
    expect(personNameProblem('x'.repeat(65))).toBe('too-long');
    expect(personNameProblem('Søren')).toBeUndefined();
  });

  it('say what is wrong with each field, and nothing of the others', () => {
    expect(fieldTexts({ email: 'no-email', password: 'too-short', repetition: undefined })).toEqual({
      email: expect.stringContaining('@') as string,
      password: expect.stringContaining('8') as string,
    });
  });
});
