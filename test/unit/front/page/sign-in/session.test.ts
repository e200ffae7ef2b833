import { describe, expect, it } from 'vitest';
import { FailureError } from '../../../../../front/page/src/connection/failure.ts';
import { Session } from '../../../../../front/page/src/sign-in/session.ts';
import { problemText } from '../../../../../front/page/src/sign-in/problem-text.ts';
import { ManualTiming, middle, settled } from '../support.ts';

type Register = (name: string) => Promise<string | undefined>;

function session(register: Register, remembered = '', rename: (name: string, to: string) => Promise<boolean> = () => Promise.resolve(true)): { session: Session; timing: ManualTiming; stored: () => string } {
  let stored = remembered;
  const timing = new ManualTiming();
  const store = { read: () => stored, write: (text: string) => void (stored = text) };
  return { session: new Session({ register, rename, store, timing, random: middle }), timing, stored: () => stored };
}

const accept: Register = (name) => Promise.resolve(name);
const deny: Register = () => Promise.resolve(undefined);
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
    let answer: (name: string) => void = () => undefined;
    const { session: left, stored } = session(() => new Promise((resolve) => (answer = resolve)));
    const entering = left.signIn('Ada');
    left.signOut();
    answer('Ada');
    await entering;
    await settled();
    expect(left.state.value).toEqual({ kind: 'out', name: '' });
    expect(stored()).toBe('');
  });

  it('takes the name that front gives to an account (seed 3.12)', async () => {
    const { session: numbered, stored } = session((name) => Promise.resolve(`${name} 2`));
    await numbered.enter('Ada Lovelace');
    expect(numbered.state.value).toEqual({ kind: 'in', name: 'Ada Lovelace 2' });
    expect(stored()).toBe('Ada Lovelace 2');
  });

  it('comes back with an account whose name front did not get to hear', async () => {
    const { session: entering, stored } = session(away);
    await entering.enter('Ada Lovelace');
    expect(entering.state.value.kind).toBe('out');
    expect(stored()).toBe('Ada Lovelace');
  });

  it('asks to sign in again where the account is signed out, with the reason (seed 3.13)', async () => {
    let front: Register = accept;
    const { session: lost } = session((name) => front(name));
    await lost.enter('Ada');
    front = () => Promise.reject(new FailureError({ id: 'invalid-token' }));
    expect(await lost.renew()).toBe(false);
    expect(lost.state.value).toEqual({ kind: 'out', name: 'Ada', problem: { id: 'invalid-token' } });
  });

  it('stays signed in while front is away', async () => {
    let front: Register = accept;
    const { session: waiting } = session((name) => front(name));
    await waiting.signIn('Ada');
    front = away;
    await expect(waiting.renew()).rejects.toThrow();
    expect(waiting.state.value.kind).toBe('in');
  });
});

describe('another name', () => {
  it('is taken, tidied, and remembered (seeds 0.1, 2.11)', async () => {
    const asked: string[] = [];
    const { session: renamed, stored } = session(accept, '', (name, to) => {
      asked.push(`${name}>${to}`);
      return Promise.resolve(true);
    });
    await renamed.signIn('Ada');
    expect(await renamed.rename('  Ada   B ')).toBeUndefined();
    expect([asked, renamed.state.value, stored()]).toEqual([['Ada>Ada B'], { kind: 'in', name: 'Ada B' }, 'Ada B']);
  });

  it('is not taken where it is none, somebody else’s, or the present one', async () => {
    let asked = 0;
    const { session: refused } = session(accept, '', () => {
      asked += 1;
      return Promise.resolve(false);
    });
    await refused.signIn('Ada');
    expect(await refused.rename('  ')).toBe('empty');
    expect(await refused.rename('room-1')).toBe('reserved');
    expect(await refused.rename('Ada ')).toBeUndefined();
    expect(asked).toBe(0);
    expect(await refused.rename('Bo')).toBe('taken');
    expect(refused.state.value).toEqual({ kind: 'in', name: 'Ada' });
  });

  it('is heard of from another page of the same browser, by who is signed in', async () => {
    const { session: told } = session(accept);
    told.renamed('Bo');
    expect(told.state.value.kind).toBe('out');
    await told.signIn('Ada');
    told.renamed('Bo');
    expect(told.state.value).toEqual({ kind: 'in', name: 'Bo' });
  });
});
