import { describe, expect, it } from 'vitest';
import { DigestServer } from '../../../../../shared/sip/digest/server.ts';
import { TooManyTransactionsError } from '../../../../../shared/sip/transaction/errors.ts';
import { AgentClosedError, RequestAbortedError } from '../../../../../shared/sip/agent/errors.ts';
import { agentPair, BOB, BOB_URI, type Pair } from '../../../../support/sip/pair.ts';

const FROM = { from: 'sip:alice@10.0.0.1' };

async function statusOf(pair: Pair, method: string, headers: Record<string, string> = {}, uri = BOB_URI, body?: { body: string; contentType: string }) {
  const request = pair.alice.createRequest(method, uri, { ...FROM, headers, ...body });
  return pair.clock.until(pair.alice.request(request, { nextHop: BOB }));
}

describe('a user agent server refuses', () => {
  it('a method that it does not allow with 405, one that it does not know with 501, both with Allow', async () => {
    const pair = agentPair();
    pair.bob.handle('MESSAGE', (incoming) => incoming.reply(200));
    const [known, unknown] = [await statusOf(pair, 'PUBLISH'), await statusOf(pair, 'DANCE')];
    expect([known.status, known.headers.get('Allow')]).toEqual([405, 'OPTIONS, MESSAGE']);
    expect([unknown.status, unknown.headers.get('Allow')]).toEqual([501, 'OPTIONS, MESSAGE']);
  });

  it('a Request-URI of another scheme with 416', async () => {
    expect((await statusOf(agentPair(), 'OPTIONS', {}, 'tel:+123')).status).toBe(416);
  });

  it('a Require that it does not know with 420 and Unsupported', async () => {
    const pair = agentPair({ bob: { supported: ['known'] } });
    const response = await statusOf(pair, 'OPTIONS', { Require: 'known, 100rel, foo' });
    expect([response.status, response.headers.get('Unsupported')]).toEqual([420, '100rel, foo']);
    expect((await statusOf(pair, 'OPTIONS', { Require: 'known' })).status).toBe(200);
  });

  it('a body of a kind that its handler does not read with 415 and Accept, an encoded one with Accept-Encoding', async () => {
    const pair = agentPair();
    pair.bob.handle('MESSAGE', (incoming) => incoming.reply(200), { accepts: ['text/plain'] });
    const body = { body: '<b>hi</b>', contentType: 'text/html' };
    const refused = await statusOf(pair, 'MESSAGE', {}, BOB_URI, body);
    expect([refused.status, refused.headers.get('Accept')]).toEqual([415, 'text/plain']);
    expect((await statusOf(pair, 'MESSAGE', {}, BOB_URI, { ...body, contentType: 'Text/Plain; charset=utf-8' })).status).toBe(200);
    const encoded = await statusOf(pair, 'MESSAGE', { 'Content-Encoding': 'gzip' }, BOB_URI, { ...body, contentType: 'text/plain' });
    expect([encoded.status, encoded.headers.get('Accept-Encoding')]).toEqual([415, 'identity']);
  });

  it('a request that comes again by another path with 482', async () => {
    const pair = agentPair();
    pair.bob.handle('MESSAGE', (incoming) => incoming.reply(200));
    const request = pair.alice.createRequest('MESSAGE', BOB_URI, FROM);
    const [first, second] = await pair.clock.until(Promise.all([pair.alice.request(request.clone()), pair.alice.request(request.clone())]));
    expect([first.status, second.status].sort()).toEqual([200, 482]);
  });

  it('a Session-Expires that is none with 400', async () => {
    const pair = agentPair();
    pair.bob.onCall((call) => call.reject(486));
    const request = pair.alice.createRequest('INVITE', BOB_URI, { ...FROM, headers: { 'Session-Expires': 'soon' } });
    await expect(pair.clock.until(pair.alice.invite(request).answered)).rejects.toMatchObject({ status: 400, reason: 'Malformed or Missing Session-Expires' });
  });

  it('CANCEL, BYE and UPDATE of what it does not know with 481', async () => {
    const pair = agentPair();
    expect((await statusOf(pair, 'BYE')).status).toBe(481);
    expect((await statusOf(pair, 'CANCEL')).status).toBe(481);
    expect((await statusOf(pair, 'UPDATE')).status).toBe(481);
  });
});

describe('a handler', () => {
  it.each([
    ['throws', () => { throw new Error('bug'); }],
    ['rejects', () => Promise.reject(new Error('bug'))],
  ])('that %s answers 500 and is reported with its Call-ID', async (_how, handler) => {
    const reports: [object, string][] = [];
    const pair = agentPair({ bob: { log: { warn: (fields, message) => reports.push([fields, message]) } } });
    pair.bob.handle('MESSAGE', handler);
    expect((await statusOf(pair, 'MESSAGE')).status).toBe(500);
    expect(reports).toEqual([[expect.objectContaining({ callId: expect.stringMatching(/./) as string }), 'The handler of MESSAGE failed']]);
  });

  it('may answer later, and once', async () => {
    const pair = agentPair();
    pair.bob.handle('MESSAGE', (incoming) => {
      pair.clock.setTimeout(() => {
        incoming.reply(202);
        incoming.reply(500);
      }, 3000);
    });
    expect((await statusOf(pair, 'MESSAGE')).status).toBe(202);
  });
});

describe('a call handler that throws', () => {
  it('answers 500', async () => {
    const pair = agentPair();
    pair.bob.onCall(() => Promise.reject(new Error('bug')));
    const call = pair.alice.invite(pair.alice.createRequest('INVITE', BOB_URI, FROM));
    await expect(pair.clock.until(call.answered)).rejects.toMatchObject({ status: 500 });
  });
});

describe('digest', () => {
  const verify = (server: DigestServer) => (pair: Pair) => {
    pair.bob.handle('MESSAGE', (incoming) => {
      const verdict = server.verify(incoming.request, (user) => (user === 'alice' ? 'secret' : undefined));
      if (verdict.outcome === 'ok') incoming.reply(200);
      else incoming.reply(401, { headers: server.challenges().map((value): [string, string] => ['WWW-Authenticate', value]) });
    });
  };

  it('answers a challenge once, and the next request without being asked', async () => {
    const pair = agentPair({ alice: { credentials: { username: 'alice', password: 'secret' } } });
    verify(new DigestServer({ realm: 'sipcast' }))(pair);
    expect((await statusOf(pair, 'MESSAGE')).status).toBe(200);
    expect((await statusOf(pair, 'MESSAGE')).status).toBe(200);
    expect(pair.log()).toEqual(['alice MESSAGE 1', 'bob 401 1 MESSAGE', 'alice MESSAGE 2', 'bob 200 2 MESSAGE', 'alice MESSAGE 1', 'bob 200 1 MESSAGE']);
  });

  it('does not go on with a wrong password', async () => {
    const pair = agentPair({ alice: { credentials: { username: 'alice', password: 'wrong' } } });
    verify(new DigestServer({ realm: 'sipcast' }))(pair);
    expect((await statusOf(pair, 'MESSAGE')).status).toBe(401);
    expect(pair.log()).toHaveLength(4);
  });

  it('finds its way after the server was restarted with another key', async () => {
    const pair = agentPair({ alice: { credentials: { username: 'alice', password: 'secret' } } });
    verify(new DigestServer({ realm: 'sipcast' }))(pair);
    expect((await statusOf(pair, 'MESSAGE')).status).toBe(200);
    verify(new DigestServer({ realm: 'sipcast' }))(pair);
    expect((await statusOf(pair, 'MESSAGE')).status).toBe(200);
  });

  it('answers a challenged INVITE, and the call goes on under the new CSeq', async () => {
    const pair = agentPair({ alice: { credentials: { username: 'alice', password: 'secret' } } });
    const server = new DigestServer({ realm: 'sipcast' });
    pair.bob.onCall((call) => {
      const verdict = server.verify(call.request, () => 'secret');
      if (verdict.outcome === 'ok') void call.accept(200);
      else call.reject(401, { headers: server.challenges().map((value): [string, string] => ['WWW-Authenticate', value]) });
    });
    const { dialog } = await pair.clock.until(pair.alice.invite(pair.alice.createRequest('INVITE', BOB_URI, FROM)).answered);
    await pair.clock.until(dialog.bye());
    expect(pair.log()).toEqual(['alice INVITE 1', 'bob 401 1 INVITE', 'alice ACK 1', 'alice INVITE 2', 'bob 200 2 INVITE', 'alice ACK 2', 'alice BYE 3', 'bob 200 3 BYE']);
  });
});

describe('with as many transactions as there may be', () => {
  const limits = { maxTransactions: 1 };

  it('requests and calls reject, and nothing stays behind', async () => {
    const pair = agentPair({ alice: { limits } });
    pair.bob.handle('MESSAGE', () => undefined);
    const waiting = pair.alice.request(pair.alice.createRequest('MESSAGE', BOB_URI, FROM));
    await expect(pair.alice.request(pair.alice.createRequest('MESSAGE', BOB_URI, FROM))).rejects.toThrow(TooManyTransactionsError);
    await expect(pair.alice.invite(pair.alice.createRequest('INVITE', BOB_URI, FROM)).answered).rejects.toThrow(TooManyTransactionsError);
    await expect(pair.clock.until(waiting)).rejects.toThrow(/No answer/);
    await pair.clock.advance(60_000);
    expect(pair.clock.pending).toBe(0);
  });

  it('a challenge that could not be answered any more rejects too', async () => {
    const pair = agentPair({ alice: { limits, credentials: { username: 'alice', password: 'secret' } } });
    pair.bob.handle('MESSAGE', (incoming) => incoming.reply(401, { headers: { 'WWW-Authenticate': 'Digest realm="r", nonce="n", algorithm=SHA-256, qop="auth"' } }));
    await expect(pair.clock.until(pair.alice.request(pair.alice.createRequest('MESSAGE', BOB_URI, FROM)))).rejects.toThrow(TooManyTransactionsError);
  });
});

describe('giving up', () => {
  it('a request whose signal is aborted rejects at once', async () => {
    const pair = agentPair();
    pair.bob.handle('MESSAGE', () => undefined);
    const controller = new AbortController();
    const sent = pair.alice.request(pair.alice.createRequest('MESSAGE', BOB_URI, FROM), { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(sent).rejects.toThrow(RequestAbortedError);
    await expect(pair.alice.request(pair.alice.createRequest('MESSAGE', BOB_URI, FROM), { signal: controller.signal })).rejects.toThrow(RequestAbortedError);
  });

  it('close says BYE, cancels and refuses, and waits no longer than it may', async () => {
    const pair = agentPair();
    const ends: string[] = [];
    pair.bob.onCall(async (call) => {
      if (call.request.to.uri.includes('ringing')) call.ring();
      else (await call.accept(200)).onEnded((reason) => ends.push(reason));
      call.onCancelled(() => ends.push('cancelled'));
    });
    const invite = (name: string) => pair.alice.invite(pair.alice.createRequest('INVITE', BOB_URI, { ...FROM, to: `sip:${name}@10.0.0.2` }));
    await pair.clock.until(invite('answering').answered);
    const ringing = invite('ringing');
    await pair.clock.advance(100);
    await pair.clock.until(pair.alice.close());
    await expect(ringing.answered).rejects.toThrow(/cancelled/);
    expect(ends.sort()).toEqual(['cancelled', 'remote-bye']);
    await expect(pair.alice.request(pair.alice.createRequest('MESSAGE', BOB_URI, FROM))).rejects.toThrow(AgentClosedError);

    const other = agentPair({ bob: { sessionTimers: false } });
    other.bob.onCall((call) => void call.accept(200));
    await other.clock.until(other.alice.invite(other.alice.createRequest('INVITE', BOB_URI, FROM)).answered);
    await other.clock.advance(100);
    await other.bob.layer.close();
    const before = other.clock.now();
    await other.clock.until(other.alice.close(2000));
    expect(other.clock.now() - before).toBe(2000);
    expect(other.clock.pending).toBe(0);
  });
});
