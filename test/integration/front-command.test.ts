import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { Client } from '../support/front/client.ts';
import { SignalingPeer } from '../support/front/signaling-peer.ts';
import { spawnService, startService } from '../support/processes/service.ts';
import { offerOf } from '../support/sdp-fixtures.ts';
import { startSystem } from '../support/system.ts';

/** What a service that cannot start says, and its exit status. */
async function refusal(args: readonly string[]): Promise<{ code: number | null; lines: string[] }> {
  const child = spawnService('front', args);
  const { code } = await child.exited;
  return { code, lines: child.log.lines.map(({ text }) => text) };
}

describe('the command front', () => {
  it('takes HTTP port, signaling host and signaling port, in the seed\'s order (seed 4.1)', async () => {
    const peer = await SignalingPeer.start({ streamers: [{ name: 'cam' }] });
    const { child, addresses } = await startService('front', ['0', peer.address.host, String(peer.address.port)]);
    const page = await (await new Client((addresses['http'] ?? '').replace(/\/$/, ''), 'ana').register()).page();
    await page.nextOfType('streamers');
    expect(await child.end()).toEqual({ code: 0, signal: null });
    expect(await page.closed).toBe(1001);
    await peer.close();
  });

  it('is in nobody\'s way when signaling starts later (seed 4.1)', async () => {
    const { child, addresses } = await startService('front', ['0', '127.0.0.1', '9']);
    const url = (addresses['http'] ?? '').replace(/\/$/, '');
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
    expect(await child.end()).toEqual({ code: 0, signal: null });
  });

  it('ends with one line and status 2 when an argument is wrong, or its port is taken (seed 4.1)', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;
    for (const args of [['http'], ['99999'], ['0', '127.0.0.1', '-1'], ['0', '127.0.0.1', '5060', 'more'], ['--no-such-option'], [String(port)]]) {
      const { code, lines } = await refusal(args);
      expect.soft(code, args.join(' ')).toBe(2);
      expect.soft(lines, args.join(' ')).toHaveLength(1);
    }
    holder.close();
  });

  it('says BYE to every streamer when it is stopped (seed 4.17)', async () => {
    const peer = await SignalingPeer.start({ streamers: [{ name: 'cam' }] });
    const { child, addresses } = await startService('front', ['0', peer.address.host, String(peer.address.port)]);
    const url = (addresses['http'] ?? '').replace(/\/$/, '');
    await Promise.all(['a', 'b', 'c'].map((name) => new Client(url, name).watch('cam', offerOf('chromium'))));
    await child.end();
    expect(peer.of('BYE')).toHaveLength(3);
    await peer.close();
  });
});

describe('with a secret between the services', () => {
  it('front proves that it knows it, and is told when it does not', async () => {
    const system = await startSystem({ env: { SIPCAST_SECRET: 'open sesame' } });
    const page = await (await new Client(system.url.replace(/\/$/, ''), 'ana').register()).page();
    await page.next(({ streamers }) => Array.isArray(streamers) && streamers.length === 1);
    const viewer = new Client(system.url.replace(/\/$/, ''), 'Ünal');
    expect((await viewer.watch('sample', offerOf('firefox'))).status).toBe(200);
    const [, port = ''] = (system.signaling.process.addresses['sip'] ?? '').split(':');
    const stranger = await startService('front', ['0', '127.0.0.1', port], { env: { SIPCAST_SECRET: 'something else' } });
    const refused = new Client((stranger.addresses['http'] ?? '').replace(/\/$/, ''), 'eve');
    expect(await refused.watch('sample', offerOf('chromium'))).toMatchObject({ status: 502, body: { error: 'signaling-refused' } });
    await stranger.child.end();
    await system.stop();
  });
});
