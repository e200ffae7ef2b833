import { describe, expect, it } from 'vitest';
import { newPasswordSchema, Passwords } from '../../../../front/passwords/passwords.ts';
import { CHEAP } from '../../../support/front/member.ts';

describe('passwords', () => {
  it('are kept as argon2id hashes, no two alike (seed 2.3)', async () => {
    const passwords = new Passwords({ cost: CHEAP });
    const [one, two] = await Promise.all([passwords.hash('correct horse'), passwords.hash('correct horse')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=8,t=1,p=1\$/);
    expect(one).not.toBe(two);
    expect(await passwords.matches('correct horse', one)).toBe(true);
    expect(await passwords.matches('correct horse ', one)).toBe(false);
    expect(await passwords.matches('', one)).toBe(false);
  });

  it('cost what OWASP asks for unless told otherwise (seed 3.20)', async () => {
    expect(await new Passwords().hash('correct horse')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  it('take the same work where there is no hash (seed 3.20)', async () => {
    const passwords = new Passwords({ cost: { memoryKib: 19_456, passes: 4 } });
    const hash = await passwords.hash('correct horse');
    const cpu = async (hashed: string | undefined) => {
      const before = process.cpuUsage();
      expect(await passwords.matches('wrong', hashed)).toBe(false);
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    await cpu(hash);
    const [known, unknown] = [await cpu(hash), await cpu(undefined)];
    // Work, not time: others use this machine. A check that is skipped takes a hundredth of it.
    expect(unknown).toBeGreaterThan(known / 4);
  });

  it('never stop the thread that serves, and are worked on a few at a time', async () => {
    const passwords = new Passwords({ cost: { memoryKib: 19_456, passes: 4 }, atOnce: 1 });
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await Promise.all([passwords.hash('a'), passwords.hash('b'), passwords.hash('c')]);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(5);
  });

  it('beyond those that may wait are refused with 503 (seed 3.20)', async () => {
    const passwords = new Passwords({ cost: CHEAP, atOnce: 1, maxWaiting: 2 });
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => passwords.hash('correct horse')));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    const refused = outcomes.find((outcome) => outcome.status === 'rejected');
    expect(refused?.reason).toMatchObject({ status: 503, code: 'too-busy', headers: { 'Retry-After': '5' } });
    expect(await passwords.hash('later')).toMatch(/^\$argon2id/);
  });
});

describe('a new password', () => {
  it.each(['12345678', 'ää öö üü', '😀'.repeat(8), 'x'.repeat(256), '        '])('may be %j (seed 3.2)', (password) => {
    expect(newPasswordSchema.safeParse(password).success).toBe(true);
  });

  it.each([['seven characters', '1234567'], ['seven outside the basic plane', '😀'.repeat(7)], ['257 characters', 'x'.repeat(257)], ['nothing', ''], ['no text', 12_345_678]])(
    'cannot be %s (seed 3.2)',
    (_what, password) => {
      expect(newPasswordSchema.safeParse(password).success).toBe(false);
    },
  );

  it('is the same however its accents were typed', () => {
    expect(newPasswordSchema.parse('e\u0301'.repeat(8))).toBe('é'.repeat(8));
  });
});
