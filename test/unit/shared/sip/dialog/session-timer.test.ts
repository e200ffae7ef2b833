import { describe, expect, it } from 'vitest';
import type { AgentOptions } from '../../../../../shared/sip/agent/agent.ts';
import type { Dialog } from '../../../../../shared/sip/dialog/dialog.ts';
import { sessionExpires } from '../../../../../shared/sip/dialog/session-timer.ts';
import { SipSyntaxError } from '../../../../../shared/sip/message/syntax-error.ts';
import { parseMessage } from '../../../../../shared/sip/parser/parser.ts';
import { agentPair, BOB_URI, summary, type Pair } from '../../../../support/sip/pair.ts';
import { plainRequest } from '../../../../support/sip/recorders.ts';

const SHORT = { expires: 100, minSe: 90 };

interface Call extends Pair {
  caller: Dialog;
  callee: Dialog;
}

async function call(options: { alice?: Partial<AgentOptions>; bob?: Partial<AgentOptions>; headers?: Record<string, string> } = {}): Promise<Call> {
  const pair = agentPair({ alice: { sessionTimers: SHORT, ...options.alice }, bob: { sessionTimers: SHORT, ...options.bob } });
  const accepted = new Promise<Dialog>((resolve, reject) => pair.bob.onCall((incoming) => void incoming.accept(200, 'answer').then(resolve, reject)));
  const invite = pair.alice.createRequest('INVITE', BOB_URI, { from: 'sip:alice@10.0.0.1', body: 'offer', contentType: 'application/sdp', headers: options.headers ?? {} });
  const { dialog } = await pair.clock.until(pair.alice.invite(invite).answered);
  return { ...pair, caller: dialog, callee: await pair.clock.until(accepted) };
}

function refreshes({ log }: Pair): string[] {
  return log().filter((line) => /^(alice|bob) (UPDATE|INVITE) /.test(line)).slice(1);
}

describe('a session', () => {
  it('is refreshed by the caller at half time, by UPDATE, for as long as it lasts', async () => {
    const session = await call();
    await session.clock.advance(1000_000);
    expect([session.caller.ended, session.callee.ended]).toEqual([undefined, undefined]);
    expect(new Set(refreshes(session).map((line) => line.slice(0, 12)))).toEqual(new Set(['alice UPDATE']));
    expect(refreshes(session).length).toBeGreaterThanOrEqual(19);
    await session.clock.until(session.caller.bye());
    await session.clock.advance(100_000);
    expect(session.clock.pending).toBe(0);
  });

  it('says so on the wire (RFC 4028 §7.1, §9)', async () => {
    const session = await call();
    const [invite, ok] = session.network.sent.map(({ datagram }) => parseMessage(datagram));
    expect([invite!.headers.get('Session-Expires'), invite!.headers.get('Supported')]).toEqual(['100', 'timer']);
    expect([ok!.headers.get('Session-Expires'), ok!.headers.get('Require'), ok!.headers.get('Allow')]).toEqual(['100;refresher=uac', 'timer', 'INVITE, ACK, CANCEL, BYE, UPDATE, OPTIONS']);
  });

  it('is refreshed by re-INVITE with the same description where the other side takes no UPDATE', async () => {
    const session = await call();
    // As of another make: nothing said about UPDATE.
    session.caller.begin({ role: 'uac', local: Buffer.from('offer'), contentType: 'application/sdp', remote: plainRequest('INVITE'), agreed: { seconds: 100, refresher: 'uac' } });
    await session.clock.advance(60_000);
    expect(refreshes(session)).toEqual(['alice INVITE 2']);
    const reinvite = session.network.sent.map(({ datagram }) => parseMessage(datagram)).find((message) => message.headers.get('CSeq') === '2 INVITE');
    expect([reinvite!.bodyText(), reinvite!.headers.get('Session-Expires')]).toEqual(['offer', '100;refresher=uac']);
    expect(session.callee.ended).toBeUndefined();
  });

  it('is refreshed by the callee where the caller asks for that', async () => {
    const session = await call({ headers: { 'Session-Expires': '100;refresher=uas', Supported: 'timer', Allow: 'INVITE, ACK, BYE, UPDATE' } });
    await session.clock.advance(300_000);
    expect(new Set(refreshes(session).map((line) => line.slice(0, 10)))).toEqual(new Set(['bob UPDATE']));
    expect(session.caller.ended).toBeUndefined();
  });

  it('ends with BYE when the one that should refresh has vanished', async () => {
    const session = await call();
    await session.alice.layer.close();
    await session.clock.advance(150_000);
    expect(session.callee.ended).toBe('session-expired');
    const byes = session.network.sent.filter(({ datagram }) => summary(datagram).startsWith('BYE'));
    // A third of the interval, or 32 s, before it is over (§10).
    expect(byes[0]!.at).toBeGreaterThan(65_000);
    expect(byes[0]!.at).toBeLessThan(70_000);
  });

  it('ends when its refresh is not answered', async () => {
    const session = await call();
    await session.bob.layer.close();
    await session.clock.advance(150_000);
    expect(session.caller.ended).toMatch(/timeout|session-expired/);
  });

  it('that nobody times has no timer', async () => {
    const session = await call({ alice: { sessionTimers: false } });
    await session.clock.advance(10_000_000);
    expect([refreshes(session), session.caller.ended]).toEqual([[], undefined]);
  });

  it('of a callee without timers has none either', async () => {
    const session = await call({ bob: { sessionTimers: false } });
    await session.clock.advance(10_000_000);
    expect([refreshes(session), session.callee.ended]).toEqual([[], undefined]);
  });

  it('that is too short for the callee gets 422 with Min-SE, and is asked for once more', async () => {
    const session = await call({ bob: { sessionTimers: { expires: 1800, minSe: 600 } } });
    expect(session.log().slice(0, 4)).toEqual(['alice INVITE 1', 'bob 422 1 INVITE', 'alice ACK 1', 'alice INVITE 2']);
    const again = parseMessage(session.network.sent[3]!.datagram);
    expect([again.headers.get('Session-Expires'), again.headers.get('Min-SE')]).toEqual(['600', '600']);
    await session.clock.advance(3000_000);
    expect(session.caller.ended).toBeUndefined();
  });
});

describe('Session-Expires', () => {
  it.each([
    ['1800', { seconds: 1800, refresher: undefined }],
    ['90 ; refresher=uas', { seconds: 90, refresher: 'uas' }],
    ['90;refresher=nobody;x=y', { seconds: 90, refresher: undefined }],
  ])('%j', (text, value) => {
    const request = plainRequest('INVITE');
    request.headers.append('Session-Expires', text);
    expect(sessionExpires(request)).toEqual(value);
  });

  it.each(['', 'soon', '-1', '0', '99999999999999999'])('%j is malformed', (text) => {
    const request = plainRequest('INVITE');
    request.headers.append('Session-Expires', text);
    expect(() => sessionExpires(request)).toThrow(SipSyntaxError);
  });
});
