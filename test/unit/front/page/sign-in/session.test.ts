import { describe, expect, it } from 'vitest';
import { FailureError } from '../../../../../front/page/src/connection/failure.ts';
import { Session } from '../../../../../front/page/src/sign-in/session.ts';
import { problemText } from '../../../../../front/page/src/sign-in/problem-text.ts';
import { ManualTiming, middle, settled } from '../support.ts';

type Register = (name: string) => Promise<'accepted' | 'denied'>;

function session(register: Register, remembered = ''): { session: Session; timing: ManualTiming; stored: () => string } {
  let stored = remembered;
  const timing = new ManualTiming();
  const store = { read: () => stored, write: (text: string) => void (stored = text) };
  return { session: new Session({ register, store, timing, random: middle }), timing, stored: () => stored };
}

const accept: Register = () => Promise.resolve('accepted');
const deny: Register = () => Promise.resolve('denied');
const away: Register = () => Promise.reject(new FailureError({ id: 'service-away' }));

describe('signing in', () => {
  it('takes the name, tidied, and remembers it', async () => {
    const { session: entered, stored } = session(accept);
    await entered.signIn('  Ada ');
    expect(entered.state.value).toEqual({ kind: 'in', name: 'Ada' });
    expect(stored()).toBe('Ada');
  });

  it('says that a name is taken, and remembers nothing (seed 4.4)', async () => {
    const { session: refused, stored } = session(deny);
    await refused.signIn('Ada');
    expect(refused.state.value).toEqual({ kind: 'out', name: 'Ada', problem: 'taken' });
    expect(problemText('taken', 'Ada')).toContain('taken');
    expect(stored()).toBe('');
  });

  it('asks nobody about a name that cannot be one', async () => {
    const { session: empty } = session(() => Promise.reject(new Error('asked')));
    await empty.signIn('   ');
    expect(empty.state.value).toMatchObject({ kind: 'out', problem: 'empty' });
  });

  it('comes back by itself with the name of last time, however long front is away', async () => {
    let front: Register = away;
    const { session: returning, timing } = session((name) => front(name), 'Ada');
    await returning.resume();
    expect(returning.state.value).toMatchObject({ kind: 'entering', name: 'Ada', failures: 1 });
    await timing.pass(20_000);
    front = accept;
    await timing.pass(5_000);
    expect(returning.state.value).toEqual({ kind: 'in', name: 'Ada' });
  });

  it('waits as long as front asks', async () => {
    let attempts = 0;
    const { session: returning, timing } = session(() => {
      attempts += 1;
      return Promise.reject(new FailureError({ id: 'too-many-requests', retryAfterMs: 30_000 }));
    }, 'Ada');
    await returning.resume();
    await timing.pass(29_000);
    expect(attempts).toBe(1);
    await timing.pass(1_000);
    expect(attempts).toBe(2);
  });

  it('does not keep trying by itself with a name that was just typed', async () => {
    const { session: typed, timing } = session(away);
    await typed.signIn('Ada');
    expect(typed.state.value).toMatchObject({ kind: 'out', problem: { id: 'service-away' } });
    expect(timing.due).toEqual([]);
  });

  it('renews after a restart of front', async () => {
    const { session: renewed } = session(accept);
    await renewed.signIn('Ada');
    expect(await renewed.renew()).toBe(true);
    expect(renewed.state.value.kind).toBe('in');
  });

  it('signs out, with the reason, when someone else has the name meanwhile', async () => {
    let front: Register = accept;
    const { session: lost } = session((name) => front(name));
    await lost.signIn('Ada');
    front = deny;
    expect(await lost.renew()).toBe(false);
    expect(lost.state.value).toEqual({ kind: 'out', name: 'Ada', problem: 'lost' });
  });

  it('ignores an answer that comes after signing out', async () => {
    let answer: (outcome: 'accepted') => void = () => undefined;
    const { session: left, stored } = session(() => new Promise((resolve) => (answer = resolve)));
    const entering = left.signIn('Ada');
    left.signOut();
    answer('accepted');
    await entering;
    await settled();
    expect(left.state.value).toEqual({ kind: 'out', name: '' });
    expect(stored()).toBe('');
  });
});
