import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CONSENT_TIMEOUT_MS, IceAgent, type IceRole } from '../../../../streamer/webrtc/ice-agent.ts';
import { BINDING_ERROR, BINDING_REQUEST, BINDING_SUCCESS, isAuthentic, readStun, writeBindingRequest, writeBindingSuccess, type StunMessage } from '../../../../streamer/webrtc/stun.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';

const STREAMER = { ufrag: 'ours', password: 'our password of 22 char' };
const VIEWER = { ufrag: 'his', password: 'his password of 22 char' };
const HOME = '192.0.2.10';

interface Sent {
  readonly message: StunMessage;
  readonly datagram: Buffer;
  readonly to: string;
}

function setUp(candidates: readonly string[] = [], consentTimeoutMs?: number, clock = new VirtualClock(), ours: IceRole = 'controlled') {
  const sent: Sent[] = [];
  const selected: string[] = [];
  const state = { lost: 0, silent: false };
  const agent = new IceAgent({
    role: ours,
    local: STREAMER,
    remote: VIEWER,
    candidates: candidates.map((host) => ({ host, port: 1 })),
    send: (datagram, host, port) => {
      const message = readStun(datagram);
      if (message) sent.push({ message, datagram, to: `${host}:${port}` });
    },
    onSelected: (host, port) => selected.push(`${host}:${port}`),
    onLost: () => state.lost++,
    ...(consentTimeoutMs === undefined ? {} : { consentTimeoutMs }),
    clock,
    randomBytes,
  });
  const take = () => sent.splice(0);
  /** A check of the viewer's. */
  const check = ({ host = HOME, port = 5, useCandidate = true, priority = 100, username = `${STREAMER.ufrag}:${VIEWER.ufrag}`, password = STREAMER.password, role = 'controlling' }: { host?: string; port?: number; useCandidate?: boolean; priority?: number; username?: string; password?: string; role?: 'controlling' | 'controlled' } = {}) =>
    agent.receive(writeBindingRequest({ transaction: randomBytes(12), username, password, priority, role, tieBreaker: 1n, useCandidate }), host, port);
  /** The viewer's answers to all checks of ours; `from` another address than they went to, if given. */
  const answer = ({ password = VIEWER.password, from }: { password?: string; from?: string } = {}) => {
    for (const { message, to } of take().filter(({ message: { type } }) => type === BINDING_REQUEST)) {
      const [host = '', port = ''] = (from ?? to).split(':');
      agent.receive(writeBindingSuccess(message.transaction, { host: '192.0.2.1', port: 9 }, password), host, Number(port));
    }
  };
  /** Lets time pass; the viewer answers everything meanwhile. */
  const pass = (ms: number) => {
    for (let passed = 0; passed < ms; passed += 100) {
      clock.tick(100);
      answer();
    }
  };
  return { clock, agent, sent, selected, state, take, check, answer, pass };
}

const types = (sent: readonly Sent[]) => sent.map(({ message, to }) => [message.type, to]);

describe('ICE', () => {
  it('counts what has come of checking, and whence', () => {
    const { agent, check, answer, clock } = setUp([HOME]);
    expect(agent.checks).toEqual({ received: 0, from: [], sent: 0, answered: 0 });
    clock.tick(250);
    expect(agent.checks).toEqual({ received: 0, from: [], sent: 2, answered: 0 });
    check({ host: '192.0.2.11', port: 7, useCandidate: false });
    check({ host: '192.0.2.12', password: 'somebody else' });
    expect(agent.checks).toEqual({ received: 1, from: ['192.0.2.11:7'], sent: 3, answered: 0 });
    answer();
    expect(agent.checks.answered).toBe(2);
  });

  it('answers a check, checks where it came from, and takes that way when it is nominated and works', () => {
    const { agent, sent, selected, check, answer } = setUp();
    check();
    expect(types(sent)).toEqual([
      [BINDING_SUCCESS, `${HOME}:5`],
      [BINDING_REQUEST, `${HOME}:5`],
    ]);
    expect(isAuthentic(sent[0]!.datagram, sent[0]!.message, STREAMER.password)).toBe(true);
    expect(isAuthentic(sent[1]!.datagram, sent[1]!.message, VIEWER.password)).toBe(true);
    expect(sent[1]!.message).toMatchObject({ username: 'his:ours', role: 'controlled', useCandidate: false });
    expect([agent.selected, agent.knows(HOME, 5)]).toEqual([undefined, false]);
    answer();
    expect(selected).toEqual([`${HOME}:5`]);
    expect([agent.selected?.port, agent.knows(HOME, 5), agent.knows(HOME, 6)]).toEqual([5, true, false]);
  });

  it('waits with a way that works until it is nominated', () => {
    const { selected, check, answer } = setUp();
    check({ useCandidate: false });
    answer();
    expect(selected).toEqual([]);
    check();
    expect(selected).toEqual([`${HOME}:5`]);
  });

  it('checks the candidates of the offer one after the other, and each again until it is answered', () => {
    const { clock, take, answer, sent } = setUp(['10.0.0.1', '10.0.0.2']);
    clock.tick(0);
    expect(types(take())).toEqual([[BINDING_REQUEST, '10.0.0.1:1']]);
    clock.tick(60);
    expect(types(take())).toEqual([[BINDING_REQUEST, '10.0.0.2:1']]);
    clock.tick(140);
    const repeated = take();
    expect(types(repeated)).toEqual([
      [BINDING_REQUEST, '10.0.0.1:1'],
      [BINDING_REQUEST, '10.0.0.2:1'],
    ]);
    sent.push(...repeated);
    answer();
    clock.tick(20_000);
    expect(take()).toEqual([]);
  });

  it('gives a candidate up that never answers', () => {
    const { clock, sent } = setUp(['10.0.0.1']);
    clock.tick(60_000);
    expect(sent).toHaveLength(7);
    expect(clock.pending).toBe(0);
  });

  it.each([
    ['another password', { password: 'guessed' }],
    ['another user name', { username: 'ours:another' }],
    ['the user names reversed', { username: 'his:ours' }],
  ])('ignores a check with %s', (_, forged) => {
    const { sent, clock, check } = setUp();
    check(forged);
    clock.tick(1_000);
    expect(sent).toEqual([]);
  });

  it.each([
    ['another password', { password: 'guessed' }],
    ['another address than the check went to', { from: '203.0.113.9:5' }],
  ])('does not take a way for working because of an answer with %s', (_, forged) => {
    const { selected, check, answer } = setUp();
    check();
    answer(forged);
    expect(selected).toEqual([]);
  });

  it('does not take an answer twice, nor one that nothing was asked for', () => {
    const { agent, sent, selected, check } = setUp();
    check();
    agent.receive(writeBindingSuccess(randomBytes(12), { host: HOME, port: 5 }, VIEWER.password), HOME, 5);
    expect(selected).toEqual([]);
    const { transaction } = sent[1]!.message;
    for (let time = 0; time < 2; time++) agent.receive(writeBindingSuccess(transaction, { host: HOME, port: 5 }, VIEWER.password), HOME, 5);
    expect(selected).toHaveLength(1);
  });

  it('tells who takes himself for controlled that he is not', () => {
    const { sent, check } = setUp();
    check({ role: 'controlled' });
    expect(sent.map(({ message }) => [message.type, message.errorCode])).toEqual([[BINDING_ERROR, 487]]);
  });

  it('answers only so many addresses', () => {
    const { sent, check } = setUp();
    for (let port = 1; port <= 100; port++) check({ port });
    expect(new Set(sent.map(({ to }) => to)).size).toBe(32);
  });

  it('ignores what is no STUN', () => {
    const { agent, sent } = setUp();
    for (const datagram of [Buffer.alloc(0), Buffer.alloc(20), randomBytes(60)]) agent.receive(datagram, HOME, 5);
    expect(sent).toEqual([]);
  });
});

describe('a viewer who moves', () => {
  it('is followed when he nominates another way and the old one no more', () => {
    const { clock, selected, check, answer } = setUp();
    check({ priority: 200 });
    answer();
    clock.tick(4_000);
    check({ host: '198.51.100.7', priority: 100 });
    answer();
    expect(selected).toEqual([`${HOME}:5`, '198.51.100.7:5']);
  });

  it('gets the way that he values most where he nominates several at once', () => {
    const { selected, check, answer } = setUp();
    check({ port: 1, priority: 50 });
    answer();
    check({ port: 2, priority: 200 });
    answer();
    check({ port: 3, priority: 100 });
    answer();
    check({ port: 1, priority: 50 });
    expect(selected).toEqual([`${HOME}:1`, `${HOME}:2`]);
  });
});

describe('consent (RFC 7675)', () => {
  it('is asked for every few seconds, at uneven times, and lasts while it is given', () => {
    const { clock, state, check, answer, take } = setUp();
    check();
    answer();
    const times: number[] = [];
    for (let passed = 0; passed < 60_000; passed += 100) {
      clock.tick(100);
      const asked = take();
      if (asked.length > 0) times.push(clock.now());
    }
    expect(times.length, 'silence ends it').toBeLessThan(8);
    expect(state.lost).toBe(1);
    const patient = setUp();
    patient.check();
    patient.answer();
    patient.pass(600_000);
    expect([patient.state.lost, patient.clock.pending]).toEqual([0, 1]);
    const gaps = times.slice(1).map((time, place) => time - times[place]!);
    for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(3_900);
    for (const gap of gaps) expect(gap).toBeLessThanOrEqual(6_100);
  });

  it('is over half a minute after the last answer, and nothing more is sent', () => {
    const { clock, state, sent, check, answer, pass } = setUp();
    check();
    answer();
    pass(12_000);
    const last = clock.now();
    while (state.lost === 0) clock.tick(100);
    expect(clock.now() - last).toBeLessThanOrEqual(CONSENT_TIMEOUT_MS);
    expect(clock.now() - last).toBeGreaterThan(CONSENT_TIMEOUT_MS - 6_500);
    sent.length = 0;
    check();
    clock.tick(60_000);
    expect([sent.length, clock.pending, state.lost]).toEqual([0, 0, 1]);
  });

  it('is asked for more often where it ends sooner, so that a lost question or two end nothing', () => {
    const { clock, state, check, answer, take, pass } = setUp([], 6_000);
    check();
    answer();
    pass(60_000);
    expect(state.lost).toBe(0);
    const last = clock.now();
    const asked: number[] = [];
    while (state.lost === 0) {
      clock.tick(100);
      if (take().length > 0) asked.push(clock.now());
    }
    expect(clock.now() - last).toBeLessThanOrEqual(6_100);
    expect(asked.length).toBeGreaterThanOrEqual(4);
  });

  it('is given by an answer that takes longer than the time between two questions', () => {
    const { clock, agent, state, check, answer, take } = setUp([], 6_000);
    check();
    answer();
    const late: { readonly at: number; readonly transaction: Buffer; readonly to: string }[] = [];
    for (let passed = 0; passed < 60_000; passed += 100) {
      clock.tick(100);
      for (const { message, to } of take()) late.push({ at: clock.now() + 2_500, transaction: message.transaction, to });
      while (late[0] && late[0].at <= clock.now()) {
        const { transaction, to } = late.shift()!;
        const [host = '', port = ''] = to.split(':');
        agent.receive(writeBindingSuccess(transaction, { host: '192.0.2.1', port: 9 }, VIEWER.password), host, Number(port));
      }
    }
    expect(state.lost).toBe(0);
  });

  it('may be late where something authentic comes, but not for longer than half a minute', () => {
    const { clock, agent, state, check, answer } = setUp([], 6_000);
    check();
    answer();
    for (let passed = 0; passed < 20_000; passed += 100) {
      clock.tick(100);
      agent.noteAlive();
    }
    expect(state.lost).toBe(0);
    clock.tick(7_500);
    expect(state.lost).toBe(1);
    const busy = setUp([], 6_000);
    busy.check();
    busy.answer();
    for (let passed = 0; passed < 31_500; passed += 100) {
      busy.clock.tick(100);
      busy.agent.noteAlive();
    }
    expect([busy.state.lost, busy.clock.pending]).toEqual([1, 0]);
  });

  it('is not over because we ourselves were held up, and had no time to read the answers', () => {
    const clock = new (class extends VirtualClock {
      heldUpMs = 0;
      override now(): number {
        return super.now() + this.heldUpMs;
      }
    })();
    const { state, check, answer, pass } = setUp([], 6_000, clock);
    check();
    answer();
    pass(3_000);
    clock.heldUpMs = 10_000;
    pass(60_000);
    expect(state.lost).toBe(0);
    clock.tick(7_000);
    expect(state.lost).toBe(1);
  });

  it('is not given by requests, which anyone may repeat', () => {
    const { clock, state, check, answer } = setUp();
    check();
    answer();
    for (let passed = 0; passed < 31_000; passed += 1_000) {
      clock.tick(1_000);
      check();
    }
    expect(state.lost).toBe(1);
  });

  it('is not asked for any more when the connection is closed', () => {
    const { clock, agent, check, answer } = setUp(['10.0.0.1']);
    check();
    answer();
    agent.close();
    expect(clock.pending).toBe(0);
  });
});

describe('ICE of one who has offered', () => {
  const offering = (candidates: readonly string[]) => setUp(candidates, undefined, new VirtualClock(), 'controlling');

  it('takes the first way that works, and says so', () => {
    const { clock, agent, sent, selected, answer, take } = offering([HOME, '192.0.2.11']);
    clock.tick(60);
    expect(types(sent)).toEqual([[BINDING_REQUEST, `${HOME}:1`], [BINDING_REQUEST, '192.0.2.11:1']]);
    expect(sent.map(({ message }) => [message.role, message.useCandidate])).toEqual([['controlling', false], ['controlling', false]]);
    answer();
    expect(selected).toEqual([`${HOME}:1`]);
    expect(agent.selected).toMatchObject({ host: HOME });
    const [nomination, ...more] = take();
    expect(more).toEqual([]);
    expect([nomination?.to, nomination?.message.useCandidate]).toEqual([`${HOME}:1`, true]);
  });

  it('repeats its nomination until it is answered', () => {
    const { clock, answer, take } = offering([HOME]);
    clock.tick(0);
    answer();
    clock.tick(350);
    expect(take().filter(({ message }) => message.useCandidate)).toHaveLength(3);
    clock.tick(400);
    answer();
    clock.tick(2_000);
    expect(take()).toEqual([]);
  });

  it('finds by his checks one who told no address', () => {
    const { selected, check, answer } = offering([]);
    check({ useCandidate: false, role: 'controlled' });
    answer();
    expect(selected).toEqual([`${HOME}:5`]);
  });

  it('refuses the role to one who takes it as well', () => {
    const { check, take, selected } = offering([]);
    check({ role: 'controlling' });
    expect(take().map(({ message }) => [message.type, message.errorCode])).toEqual([[BINDING_ERROR, 487]]);
    expect(selected).toEqual([]);
  });

  it('loses one who does not answer any more', () => {
    const { clock, state, answer, pass } = offering([HOME]);
    clock.tick(0);
    answer();
    pass(60_000);
    expect(state.lost).toBe(0);
    clock.tick(CONSENT_TIMEOUT_MS + 1_000);
    expect(state.lost).toBe(1);
  });
});
