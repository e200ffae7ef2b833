import { describe, expect, it } from 'vitest';
import { CallCancelledError, CallRejectedError } from '../../../../../shared/sip/agent/errors.ts';
import { TransactionTimeoutError } from '../../../../../shared/sip/transaction/errors.ts';
import { agentPair, BOB_URI } from '../../../../support/sip/pair.ts';

const FROM = { from: '<sip:alice@10.0.0.1>' };

describe('a request', () => {
  it('is answered by the handler of its method', async () => {
    const { clock, alice, bob } = agentPair();
    bob.handle('MESSAGE', (incoming) => incoming.reply(200, { body: `you said ${incoming.request.bodyText()}`, contentType: 'text/plain' }));
    const request = alice.createRequest('MESSAGE', BOB_URI, { ...FROM, body: 'hi', contentType: 'text/plain' });
    const response = await clock.until(alice.request(request));
    expect([response.status, response.bodyText()]).toEqual([200, 'you said hi']);
  });

  it('times out after 64·T1 when nobody is there', async () => {
    const { clock, alice } = agentPair();
    const request = alice.createRequest('OPTIONS', 'sip:10.0.0.9:5060', FROM);
    await expect(clock.until(alice.request(request))).rejects.toThrow(TransactionTimeoutError);
    expect(clock.now()).toBe(32_000);
  });

  it('pings: OPTIONS echoes its body', async () => {
    const { clock, alice } = agentPair();
    const response = await clock.until(alice.request(alice.createRequest('OPTIONS', BOB_URI, { ...FROM, body: '{"n":1}', contentType: 'application/json' })));
    expect([response.status, response.contentType, response.bodyText()]).toEqual([200, 'application/json', '{"n":1}']);
    expect(response.headers.get('Allow')).toBe('OPTIONS');
  });
});

describe('a call', () => {
  it('rings, is answered, acknowledged and hung up', async () => {
    const { clock, alice, bob, log } = agentPair();
    let ended: string | undefined;
    bob.onCall(async (call) => {
      call.ring();
      const dialog = await call.accept(202, 'answer');
      dialog.onEnded((reason) => (ended = reason));
    });
    const call = alice.invite(alice.createRequest('INVITE', BOB_URI, { ...FROM, body: 'offer', contentType: 'application/sdp' }));
    const provisional: number[] = [];
    call.onProvisional((response) => provisional.push(response.status));
    const { dialog, response } = await clock.until(call.answered);
    expect([response.status, response.bodyText(), provisional]).toEqual([202, 'answer', [180]]);
    await clock.until(dialog.bye());
    expect([ended, dialog.ended]).toEqual(['remote-bye', 'local-bye']);
    await clock.advance(60_000);
    expect(log()).toEqual(['alice INVITE 1', 'bob 180 1 INVITE', 'bob 202 1 INVITE', 'alice ACK 1', 'alice BYE 2', 'bob 200 2 BYE']);
    expect([alice.layer.clientTransactions, bob.layer.serverTransactions]).toEqual([0, 0]);
  });

  it('is refused', async () => {
    const { clock, alice, bob } = agentPair();
    bob.onCall((call) => call.reject(486));
    const call = alice.invite(alice.createRequest('INVITE', BOB_URI, FROM));
    const error: unknown = await clock.until(call.answered).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(CallRejectedError);
    expect((error as CallRejectedError).status).toBe(486);
  });

  it('is cancelled after it rings', async () => {
    const { clock, alice, bob, log } = agentPair();
    let cancelled = false;
    bob.onCall((call) => {
      call.ring();
      call.onCancelled(() => (cancelled = true));
    });
    const call = alice.invite(alice.createRequest('INVITE', BOB_URI, FROM));
    call.cancel();
    await expect(clock.until(call.answered)).rejects.toThrow(CallCancelledError);
    expect(cancelled).toBe(true);
    expect(log()).toEqual(['alice INVITE 1', 'bob 180 1 INVITE', 'alice CANCEL 1', 'bob 200 1 CANCEL', 'bob 487 1 INVITE', 'alice ACK 1']);
  });

  it('gets 100 Trying when the handler thinks for longer than 200 ms', async () => {
    const { clock, alice, bob, log } = agentPair();
    bob.onCall((call) => void clock.setTimeout(() => call.reject(603), 1000));
    const call = alice.invite(alice.createRequest('INVITE', BOB_URI, FROM));
    await expect(clock.until(call.answered)).rejects.toThrow(CallRejectedError);
    expect(log()).toEqual(['alice INVITE 1', 'bob 100 1 INVITE', 'bob 603 1 INVITE', 'alice ACK 1']);
  });
});
