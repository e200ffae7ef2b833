import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { SipResponse } from '../../../shared/sip/message/message.ts';
import { sipUri } from '../../../shared/sip/message/uri.ts';
import { register, registerOptions, requestBytes } from '../../support/signaling/requests.ts';
import type { RequestOptions } from '../../support/signaling/requests.ts';
import { DAEMON, Stage } from '../../support/signaling/stage.ts';
import type { RawClient } from '../../support/signaling/stage.ts';

describe('The daemon', () => {
  let stage: Stage;
  let client: RawClient;

  beforeEach(() => {
    stage = new Stage();
    client = stage.raw(9997);
  });

  function names(response: SipResponse): string[] {
    return (JSON.parse(response.bodyText()) as { streamers: { name: string }[] }).streamers.map(({ name }) => name);
  }

  it('lists a streamer that has registered, and no longer when it left (seeds 4.6, 4.10)', async () => {
    expect(names(await client.ask('OPTIONS'))).toEqual([]);
    expect((await client.register('Cámara 1')).status).toBe(200);
    expect(names(await client.ask('OPTIONS'))).toEqual(['Cámara 1']);
    expect((await client.register('Cámara 1', { cseq: 2, expires: 0 })).status).toBe(200);
    expect(names(await client.ask('OPTIONS'))).toEqual([]);
  });

  it('executes a repeated REGISTER once, and answers it again (seed 4.13)', async () => {
    const bytes = requestBytes('REGISTER', registerOptions('camera'));
    client.send(bytes);
    client.send(bytes);
    await stage.clock.advance(100);
    client.send(bytes);
    await stage.clock.advance(100);
    expect(client.responses.every(({ status }) => status === 200)).toBe(true);
    expect(new Set(client.responses.map((response) => response.to.tag)).size).toBe(1);
    expect(stage.store.writes).toBe(1);
  });

  it('forgets streamers when it is restarted, and each registers again when told by 403 (seed 4.15)', async () => {
    const streamer = await stage.streamer('camera', 9998);
    streamer.onStrayResponse((response) => {
      if (response.status !== 403 || response.cseq.method !== 'REGISTER') return;
      const again = register('camera', { callId: response.callId, cseq: response.cseq.number + 1, contacts: ['<sip:camera@127.0.0.1:9998>'] });
      again.headers.delete('Via');
      void streamer.request(again, { nextHop: DAEMON });
    });
    await stage.restart();
    expect(names(await client.ask('OPTIONS'))).toEqual([]);
    await stage.clock.advance(100);
    expect(names(await client.ask('OPTIONS'))).toEqual(['camera']);
    const sent = stage.network.sent.length;
    await stage.clock.advance(40_000);
    expect(stage.network.sent).toHaveLength(sent);
  });

  it('keeps nobody waiting who registers while it still tells others (seed 4.15)', async () => {
    await stage.streamer('gone', 9998);
    await stage.restart();
    expect((await client.register('camera')).status).toBe(200);
    expect((await client.register('gone', { callId: 'other host', contacts: ['<sip:gone@127.0.0.1:9997>'] })).status).toBe(200);
    expect(names(await client.ask('OPTIONS'))).toEqual(['gone', 'camera']);
  });

  it.each<[string, string, RequestOptions, number, [string, string]?]>([
    ['a method that it does not have', 'INFO', {}, 405, ['Allow', 'OPTIONS, REGISTER, SUBSCRIBE']],
    ['an INVITE to nobody', 'INVITE', {}, 405, ['Allow', 'OPTIONS, REGISTER, SUBSCRIBE']],
    ['a method that nobody has', 'NEWMETHOD', {}, 501, ['Allow', 'OPTIONS, REGISTER, SUBSCRIBE']],
    ['an unknown method for an unknown name', 'NEWMETHOD', { uri: 'sip:x@127.0.0.1' }, 404],
    ['a telephone number', 'INVITE', { uri: 'tel:+34600' }, 416],
    ['a secure URI', 'OPTIONS', { uri: 'sips:127.0.0.1' }, 416],
    ['an extension that is required', 'REGISTER', { ...registerOptions('x'), headers: [['Require', 'path, gruu']] }, 420, ['Unsupported', 'path, gruu']],
    ['an extension that is required of proxies', 'INVITE', { uri: 'sip:x@127.0.0.1', headers: [['Proxy-Require', 'foo']] }, 420, ['Unsupported', 'foo']],
    ['a CANCEL of nothing', 'CANCEL', { uri: 'sip:x@127.0.0.1' }, 481],
    ['a BYE in no dialog of its own', 'BYE', { to: '<sip:x@y>;tag=1' }, 481],
    ['a missing Contact in a dialog that is none', 'SUBSCRIBE', { to: '<sip:x@y>;tag=1', headers: [['Event', 'directory']] }, 481],
    ['a name of 4 kB', 'INVITE', { uri: `sip:${'x'.repeat(4000)}@127.0.0.1` }, 404],
    ['HTML in a name', 'INVITE', { uri: sipUri('<script>alert(1)</script>', '127.0.0.1') }, 404],
    ['a body that is no JSON', 'REGISTER', { ...registerOptions('x'), body: '<html>' }, 400],
  ])('refuses %s', async (_, method, options, status, header) => {
    const response = await client.ask(method, options);
    expect(response.status).toBe(status);
    if (header) expect(response.headers.get(header[0])).toBe(header[1]);
  });

  it('refuses to change what it cannot store, and says that it may be tried again', async () => {
    stage.store.broken = true;
    const response = await client.register('camera');
    expect([response.status, response.headers.get('Retry-After')]).toEqual([503, '5']);
    stage.store.broken = false;
    expect((await client.register('camera', { cseq: 2 })).status).toBe(200);
  });

  it('stays as it is under garbage, and answers the next request (seed 4.22)', async () => {
    for (let size = 0; size < 3000; size = Math.ceil(size * 1.3) + 1) client.send(randomBytes(size));
    const good = requestBytes('INVITE', { uri: 'sip:x@127.0.0.1', body: 'v=0' });
    for (let end = 0; end < good.length; end += 7) client.send(good.subarray(0, end));
    client.send(Buffer.concat([good, randomBytes(60_000)]));
    client.send(Buffer.from(good.toString().replace('Content-Length: 3', 'Content-Length: 99999')));
    client.send(Buffer.from(good.toString().replace('CSeq: 1 INVITE', 'CSeq: 1 BYE')));
    client.send(requestBytes('REGISTER', registerOptions('x'.repeat(10_000))));
    for (const header of ['Via', 'From', 'To', 'Call-ID', 'CSeq']) client.send(Buffer.from(good.toString().replace(new RegExp(`^${header}:.*\r\n`, 'm'), '')));
    await stage.clock.advance(200_000);
    expect([stage.directory.streamers.size, stage.directory.sessions.size, stage.daemon.layer.serverTransactions]).toEqual([0, 0, 0]);
    expect(client.responses.every(({ status }) => status >= 400)).toBe(true);
    expect((await client.ask('OPTIONS')).status).toBe(200);
  });

  it('says 400 to a request without Call-ID (seed 4.11)', async () => {
    client.send(Buffer.from(requestBytes('OPTIONS').toString().replace(/^Call-ID:.*\r\n/m, '')));
    await stage.clock.advance(100);
    expect(client.responses.map(({ status }) => status)).toEqual([400]);
  });

  it('holds no transaction, timer or session a minute after the last of a hundred calls to nobody', async () => {
    for (let call = 0; call < 100; call++) await client.ask('INVITE', { uri: 'sip:nobody@127.0.0.1', cseq: 1, callId: `c${call}` });
    await stage.clock.advance(60_000);
    expect([stage.daemon.layer.serverTransactions, stage.daemon.layer.clientTransactions, stage.directory.sessions.size]).toEqual([0, 0, 0]);
  });

  it('closes cleanly: what was changed lazily is on disk, and nothing is pending', async () => {
    await client.register('camera', { expires: 60 });
    await stage.clock.advance(30_000);
    await client.register('camera', { cseq: 2, expires: 60 });
    await stage.clock.until(stage.daemon.close());
    expect(stage.store.streamers[0]?.bindings[0].cseq).toBe(2);
    expect(stage.clock.pending).toBe(0);
  });
});
