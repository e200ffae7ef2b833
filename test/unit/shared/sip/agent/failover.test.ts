import { describe, expect, it } from 'vitest';
import { CallLostError, CallRejectedError } from '../../../../../shared/sip/agent/errors.ts';
import type { OutgoingCall } from '../../../../../shared/sip/agent/outgoing-call.ts';
import { createResponse } from '../../../../../shared/sip/transaction/responses.ts';
import { CALLEE_URI, DOMAIN, DOMAIN_URI, FIRST, twoServers, type TwoServersOptions } from '../../../../support/sip/two-servers.ts';

const FROM = 'sip:caller@cast.test';

function setUp(options: TwoServersOptions = {}) {
  const stage = twoServers(options);
  const { caller, callee } = stage;
  const answered: string[] = [];
  const ended: string[] = [];
  callee.onCall(async (call) => {
    answered.push(call.callId);
    const dialog = await call.accept(202, 'answer').catch(() => undefined);
    if (!dialog) ended.push(`${call.callId} never acknowledged`);
    if (!dialog) return;
    dialog.onRequest('INFO', (incoming) => incoming.reply(200));
    dialog.onEnded((reason) => ended.push(`${call.callId} ${reason}`));
  });
  const call = (): OutgoingCall =>
    caller.invite(caller.createRequest('INVITE', CALLEE_URI, { from: FROM, body: 'offer', contentType: 'application/sdp' }), { nextHop: DOMAIN });
  const register = () => caller.request(caller.createRequest('REGISTER', DOMAIN_URI, { from: FROM, to: FROM }));
  return { ...stage, answered, ended, call, register };
}

/** How long something took, ms of virtual time. */
async function timed<T>(clock: { now(): number; until<R>(promise: Promise<R>): Promise<R> }, promise: Promise<T>): Promise<{ result: T; ms: number }> {
  const begun = clock.now();
  const result = await clock.until(promise);
  return { result, ms: clock.now() - begun };
}

describe('requests outside dialogs, with two servers', () => {
  it('go to the first while that is up, and ask nothing of the second but whether it is there', async () => {
    const { clock, register, log, close } = setUp();
    await clock.until(register());
    await clock.advance(10_000);
    expect(log()).toEqual(['caller>first REGISTER 1', 'first>caller 200 1 REGISTER']);
    await close();
  });

  it('go to the second after a second of silence, in a transaction of its own', async () => {
    const { clock, first, register, log, network, close } = setUp();
    first.kill();
    const { result, ms } = await timed(clock, register());
    expect(result.status).toBe(200);
    expect(ms).toBeGreaterThanOrEqual(1_000);
    expect(ms).toBeLessThan(1_050);
    expect(log()).toEqual(['caller>first REGISTER 1', 'caller>first REGISTER 1', 'caller>second REGISTER 1', 'second>caller 200 1 REGISTER']);
    const branches = network.sent.filter(({ datagram }) => datagram.toString().startsWith('REGISTER')).map(({ datagram }) => /branch=([^;]+)/.exec(datagram.toString())?.[1]);
    expect(branches[0]).toBe(branches[1]);
    expect(branches[2]).not.toBe(branches[0]);
    expect(network.sent.filter(({ datagram }) => datagram.toString().includes(' REGISTER')).every(({ datagram }) => datagram.toString().split('\r\nVia:').length === 2)).toBe(true);
    await close();
  });

  it('go to the second at once when the first is known to be down, and to the first again when it is back', async () => {
    const { clock, first, register, log, close } = setUp();
    await clock.advance(500);
    first.kill();
    await clock.advance(2_500);
    expect((await timed(clock, register())).ms).toBe(10);
    first.start();
    await clock.advance(2_000);
    await clock.until(register());
    expect(log().filter((line) => line.startsWith('caller>'))).toEqual(['caller>second REGISTER 1', 'caller>first REGISTER 1']);
    await close();
  });

  it('go to the second when the first dies while they wait', async () => {
    const { clock, first, register, close } = setUp();
    await clock.advance(990);
    first.diesBefore = (message) => message === '200 1 REGISTER';
    const { result, ms } = await timed(clock, register());
    expect(result.status).toBe(200);
    expect(ms).toBeLessThan(2_100);
    await close();
  });

  it('that are for the server itself go to the second at 503, and what both say is said', async () => {
    const { clock, first, second, register, caller, close } = setUp();
    const refuse: typeof first.serve = (transaction) => transaction.respond(createResponse(transaction.request, 503, { toTag: 'busy' }));
    first.serve = refuse;
    expect((await timed(clock, register())).result.status).toBe(200);
    const options = caller.createRequest('OPTIONS', DOMAIN_URI, { from: FROM });
    expect((await clock.until(caller.request(options, { nextHop: DOMAIN }))).status).toBe(200);
    second.serve = refuse;
    expect((await clock.until(register())).status).toBe(503);
    await close();
  });

  it('that a streamer refuses with 503 are asked nowhere else', async () => {
    const { clock, callee, caller, log, close } = setUp();
    callee.handle('MESSAGE', (incoming) => incoming.reply(503));
    const response = await clock.until(caller.request(caller.createRequest('MESSAGE', CALLEE_URI, { from: FROM, body: 'a', contentType: 'text/plain' }), { nextHop: DOMAIN }));
    expect(response.status).toBe(503);
    expect(log().some((line) => line.includes('second'))).toBe(false);
    await close();
  });

  it('that are slow to be answered by somebody else are not sent by the other server too', async () => {
    const { clock, callee, caller, log, close } = setUp();
    callee.handle('MESSAGE', (incoming) => void clock.setTimeout(() => incoming.reply(200), 5_000));
    const response = await clock.until(caller.request(caller.createRequest('MESSAGE', CALLEE_URI, { from: FROM, body: 'a', contentType: 'text/plain' }), { nextHop: DOMAIN }));
    expect(response.status).toBe(200);
    expect(log().some((line) => line.includes('second'))).toBe(false);
    await close();
  });

  it('are tried no further when they are given up', async () => {
    const { clock, first, caller, log, close } = setUp();
    first.kill();
    const given = new AbortController();
    const request = caller.request(caller.createRequest('REGISTER', DOMAIN_URI, { from: FROM }), { signal: given.signal });
    await clock.advance(500);
    given.abort();
    await expect(request).rejects.toThrow('given up');
    await clock.advance(40_000);
    expect(log().some((line) => line.includes('second'))).toBe(false);
    await close();
  });

  it('fail after 64*T1 when both are down, and are answered as soon as one is back', async () => {
    const { clock, first, second, register, close } = setUp();
    await clock.advance(100);
    first.kill();
    second.kill();
    await expect(clock.until(register())).rejects.toThrow('No answer to REGISTER');
    const later = register();
    await clock.advance(5_000);
    second.start();
    expect((await timed(clock, later)).ms).toBeLessThan(1_100);
    await close();
  });
});

describe('calls, with two servers', () => {
  it('are made by way of the second after a second of silence', async () => {
    const { clock, first, call, answered, close } = setUp();
    first.kill();
    const { result, ms } = await timed(clock, call().answered);
    expect(result.response.status).toBe(202);
    expect(ms).toBeLessThan(1_100);
    expect(answered).toHaveLength(1);
    await close();
  });

  it('that have reached the other side by way of a server that died then are refused as merged, and executed once', async () => {
    const { clock, first, call, answered, log, close } = setUp();
    first.loses = (message) => message === '100 1 INVITE';
    first.diesBefore = (message) => message === '202 1 INVITE';
    const { result, ms } = await timed(clock, call().answered.catch((error: unknown) => error));
    expect(result).toBeInstanceOf(CallRejectedError);
    expect((result as CallRejectedError).status).toBe(482);
    expect(ms).toBeLessThan(2_100);
    expect(log()).toContain('caller>second INVITE 1');
    expect(answered).toHaveLength(1);
    expect((await timed(clock, call().answered)).ms).toBeLessThan(50);
    expect(answered).toHaveLength(2);
    await close();
  });

  it('that a server had and said so are lost with it, within two seconds, and can be made anew', async () => {
    const { clock, first, call, answered, log, close } = setUp();
    await clock.advance(990);
    first.diesBefore = (message) => message === '202 1 INVITE';
    const { result, ms } = await timed(clock, call().answered.catch((error: unknown) => error));
    expect(result).toBeInstanceOf(CallLostError);
    expect(ms).toBeLessThan(2_100);
    expect(log()).not.toContain('caller>second INVITE 1');
    expect((await timed(clock, call().answered)).ms).toBeLessThan(50);
    expect(answered).toHaveLength(2);
    await close();
  });

  it('that a server of which nothing is heard has delivered all the same are answered, and the other way is not taken for a refusal', async () => {
    const { clock, first, call, callee, answered, log, close } = setUp();
    callee.onCall((incoming) => {
      answered.push(incoming.callId);
      clock.setTimeout(() => void incoming.accept(202, 'answer'), 1_300);
    });
    let muted = true;
    // Long enough for the caller to turn to the second, too short for the first to be taken for dead.
    await clock.advance(100);
    first.diesBefore = (message) => {
      if (message === '202 1 INVITE') muted = false;
      return false;
    };
    first.loses = (message) => muted && !message.startsWith('INVITE');
    const { result } = await timed(clock, call().answered);
    expect(result.response.status).toBe(202);
    expect(answered).toHaveLength(1);
    expect(log()).toContain('second>caller 482 1 INVITE');
    await close();
  });

  it('go on when the server dies right after the ACK was given to it: the ACK goes by the other too', async () => {
    const { clock, first, call, callee, ended, close } = setUp();
    await clock.advance(100);
    first.diesBefore = (message) => message === 'ACK 1';
    await clock.until(call().answered);
    await clock.advance(60_000);
    expect(ended).toEqual([]);
    expect(callee.layer.stats.timeouts).toBe(0);
    await close();
  });

  it('are cancelled where they ring', async () => {
    const { clock, first, caller, callee, close } = setUp();
    const cancelled: string[] = [];
    callee.onCall((call) => {
      call.ring();
      call.onCancelled(() => cancelled.push(call.callId));
    });
    first.kill();
    const call = caller.invite(caller.createRequest('INVITE', CALLEE_URI, { from: FROM }), { nextHop: DOMAIN });
    await clock.advance(1_500);
    call.cancel();
    await expect(clock.until(call.answered)).rejects.toThrow('cancelled');
    expect(cancelled).toEqual([call.callId]);
    await close();
  });

  it('that are cancelled before anybody had them are called nowhere else', async () => {
    const { clock, first, call, log, close } = setUp();
    first.kill();
    const given = call();
    await clock.advance(300);
    given.cancel();
    await expect(clock.until(given.answered)).rejects.toThrow('cancelled');
    expect(log().some((line) => line.includes('second'))).toBe(false);
    await close();
  });

  it('that are refused with 503 by the streamer are refused', async () => {
    const { clock, callee, call, close } = setUp();
    callee.onCall((incoming) => incoming.reject(503));
    const error = await clock.until(call().answered.catch((reason: unknown) => reason));
    expect(error).toBeInstanceOf(CallRejectedError);
    await close();
  });
});

describe('dialogs that began through a server that died', () => {
  it.each(['at once', 'later'])('go on through the other, from both sides: INFO, re-INVITE, UPDATE, BYE (%s)', async (when) => {
    const { clock, first, call, callee, ended, log, network, close } = setUp();
    let theirs: { request(method: string, options?: object): Promise<{ status: number }> } | undefined;
    callee.onCall(async (incoming) => {
      const dialog = await incoming.accept(200, 'answer');
      theirs = dialog;
      dialog.onRequest('INFO', (info) => info.reply(200));
      dialog.onEnded((reason) => ended.push(reason));
    });
    const { dialog } = await clock.until(call().answered);
    dialog.onRequest('INFO', (info) => info.reply(200));
    await clock.advance(3_000);
    first.kill();
    if (when === 'later') await clock.advance(5_000);
    const before = network.sent.length;
    for (const method of ['INFO', 'INVITE', 'UPDATE']) {
      const body = method === 'INVITE' ? { body: 'offer', contentType: 'application/sdp' } : {};
      const { result, ms } = await timed(clock, dialog.request(method, body));
      expect([method, result.status]).toEqual([method, 200]);
      expect(ms).toBeLessThan(2_100);
    }
    expect((await clock.until(theirs!.request('INFO'))).status).toBe(200);
    await clock.until(dialog.bye());
    expect(ended).toEqual(['remote-bye']);
    const bye = network.sent.slice(before).find(({ datagram, to }) => datagram.toString().startsWith('BYE') && to.host !== FIRST.host);
    expect(bye?.datagram.toString()).toContain(`Route: <sip:${FIRST.host}:5060;lr>`);
    expect(log().at(-1)).toContain('200');
    await close();
  });

  it('a re-INVITE that the dead server had already is sent again after it', async () => {
    const { clock, first, call, close } = setUp();
    const { dialog } = await clock.until(call().answered);
    await clock.advance(1_000);
    first.diesBefore = (message) => message.startsWith('200') && message.endsWith('INVITE');
    const { result, ms } = await timed(clock, dialog.request('INVITE', { body: 'offer', contentType: 'application/sdp' }));
    expect(result.status).toBe(200);
    expect(ms).toBeLessThan(2_200);
    expect(dialog.ended).toBeUndefined();
    await close();
  });

  it('stay with the second when the first comes back: it may know more of them', async () => {
    const { clock, first, call, log, close } = setUp();
    first.kill();
    const { dialog } = await clock.until(call().answered);
    first.start();
    await clock.advance(5_000);
    const before = log().length;
    await clock.until(dialog.request('INFO'));
    expect(log().slice(before).every((line) => !line.includes('first'))).toBe(true);
    await close();
  });
});

describe('with 15 % of all datagrams lost at the caller, and the first server killed and started all the time', () => {
  it.each([1, 2, 3])('100 of 100 calls come about, each call is executed once, and each is hung up (seed %i)', async (seed) => {
    const { clock, first, call, answered, ended, close } = setUp({ impairment: { loss: 0.15, maxDelayMs: 20 }, seed });
    let running = true;
    const disturb = (): void => {
      if (running) first.kill();
      else first.start();
      running = !running;
      clock.setTimeout(disturb, running ? 7_300 : 4_100);
    };
    clock.setTimeout(disturb, 2_000);
    const tries: string[] = [];
    let worst = 0;
    const one = async (index: number): Promise<void> => {
      await new Promise<void>((resolve) => void clock.setTimeout(resolve, index * 333));
      const begun = clock.now();
      for (;;) {
        const made = call();
        tries.push(made.callId);
        try {
          const { dialog } = await made.answered;
          worst = Math.max(worst, clock.now() - begun);
          await new Promise<void>((resolve) => void clock.setTimeout(resolve, 3_000));
          await dialog.bye();
          return;
        } catch (error) {
          if (!(error instanceof CallLostError) && !(error instanceof CallRejectedError && [408, 482].includes(error.status))) throw error;
        }
      }
    };
    await clock.until(Promise.all(Array.from({ length: 100 }, (_, index) => one(index))));
    await clock.advance(100_000);
    expect(new Set(answered).size).toBe(answered.length);
    expect(new Set(ended).size).toBe(answered.length);
    expect(worst).toBeLessThan(15_000);
    await close();
  });
});
