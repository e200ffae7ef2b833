/**
 * Our front and streamer work through a real Kamailio: REGISTER, OPTIONS, INVITE, ACK, CANCEL and BYE are SIP, and not only between
 * ourselves. Kamailio knows nothing of the list, so it answers OPTIONS with a fixed one and refuses the subscription.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Agent, UdpTransport } from '../../shared/sip/index.ts';
import { Client } from '../support/front/client.ts';
import { OTHER, startKamailioSystem, STREAMER } from '../support/kamailio/services.ts';
import type { KamailioSystem } from '../support/kamailio/services.ts';
import { scratchFolder } from '../support/paths.ts';
import { offerOf } from '../support/sdp-fixtures.ts';
import { WeriftViewer } from '../support/streamer/werift-viewer.ts';
import { lacks, lacksRoot } from '../support/tools/system-tools.ts';
import { captureLoopback } from '../support/tshark/loopback-capture.ts';
import type { LoopbackCapture } from '../support/tshark/loopback-capture.ts';
import { captureFaults, frames } from '../support/tshark/tshark.ts';

/** More than a second of each. */
const PICTURES = 30;

describe.skipIf(lacks('kamailio', 'tshark', 'ffmpeg') || lacksRoot()).each([
  { title: 'that trusts everybody', secret: undefined },
  { title: 'that challenges by SHA-256', secret: 'open-sesame' },
])('front and streamer through a Kamailio $title', ({ secret }) => {
  const scratch = scratchFolder('kamailio-system');
  const file = join(scratch.path, 'kamailio.pcapng');
  let system: KamailioSystem;
  let capture: LoopbackCapture;

  beforeAll(async () => {
    system = await startKamailioSystem(secret === undefined ? {} : { secret });
    capture = await captureLoopback(file, [system.kamailio.port]);
  });
  afterAll(async () => {
    await capture.stop();
    await system.stop();
    scratch.remove();
  });

  const registered = () => system.streamer.child.log.waitFor(({ record }) => record?.msg.startsWith('registered') === true);
  const viewerGone = () => system.streamer.child.log.waitFor(({ record }) => record?.msg.startsWith('viewer gone') === true);

  it('registers the streamer (seed 4.10)', async () => {
    await registered();
  });

  it('lists by OPTIONS what the other side says (seed 4.6)', async () => {
    const viewer = await new Client(system.url, 'lister').register();
    const { body } = await viewer.post('/options');
    expect(body).toMatchObject({ streamers: [{ name: STREAMER, description: 'as Kamailio has it' }, { name: OTHER }] });
  });

  it('brings sound and picture to a viewer, by INVITE, 202 and ACK; and ends by BYE (seeds 4.8, 4.17)', async () => {
    await registered();
    const viewer = new Client(system.url, 'Zoë');
    const player = new WeriftViewer();
    try {
      const answer = await viewer.watch(STREAMER, await player.offer());
      expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 200, body: { type: 'answer' } });
      await player.accept(String(answer.body['sdp']));
      await player.until(({ video, audio }) => video.frames >= PICTURES && audio.packets >= PICTURES);
      expect((await viewer.post('/leave')).status).toBe(200);
      await viewerGone();
    } finally {
      await player.close();
    }
  });

  it.each(['chromium', 'firefox'] as const)('relays what %s offers in one datagram each way', async (browser) => {
    const viewer = new Client(system.url, browser);
    const { status } = await viewer.watch(STREAMER, offerOf(browser));
    expect(status).toBe(200);
    await viewer.post('/leave');
  });

  it('cancels when the viewer goes before the answer has come (seed 4.17)', async () => {
    const ringing = await registerOther();
    const cancelled = new Promise<void>((resolve) => {
      ringing.onCall((call) => {
        call.ring();
        call.onCancelled(resolve);
        gone.abort();
      });
    });
    const gone = new AbortController();
    const viewer = await new Client(system.url, 'hasty').register();
    await viewer.post('/streamer', { streamer: OTHER });
    await expect(viewer.post('/offer', { type: 'offer', sdp: offerOf('chromium') }, { signal: gone.signal })).rejects.toThrow();
    await cancelled;
    await ringing.close();
  });

  /** An agent behind the other name that Kamailio lists. */
  async function registerOther(): Promise<Agent> {
    const transport = await UdpTransport.bind({ host: '127.0.0.1', port: 0 });
    const agent = new Agent({ transport, ...(secret === undefined ? {} : { credentials: { username: OTHER, password: secret } }) });
    const domain = `127.0.0.1:${system.kamailio.port}`;
    const uri = `sip:${OTHER}@${domain}`;
    const request = agent.createRequest('REGISTER', `sip:${domain}`, { from: uri, to: uri, headers: { Contact: `<sip:${OTHER}@127.0.0.1:${agent.local.port}>` } });
    expect((await agent.request(request)).status).toBe(200);
    return agent;
  }

  it('says so when nobody has that name (seed 4.22)', async () => {
    const viewer = await new Client(system.url, 'lost').register();
    expect(await viewer.post('/streamer', { streamer: 'nobody' })).toMatchObject({ status: 404, body: { error: 'unknown-streamer' } });
  });

  it('looks right to Wireshark', async () => {
    await capture.stop();
    const sipPorts = [system.kamailio.port];
    expect(await captureFaults(file, { sipPorts, checksumsOffloaded: true })).toEqual([]);
    const seen = await frames(file, ['sip.Method', 'sip.Status-Code', 'sip.CSeq.method', 'udp.length'], { filter: 'sip', sipPorts });
    const what = seen.map((frame) => frame['sip.Method'][0] ?? `${frame['sip.Status-Code'][0] ?? ''} ${frame['sip.CSeq.method'][0] ?? ''}`);
    expect(what).toEqual(expect.arrayContaining(['INVITE', '100 INVITE', '202 INVITE', 'ACK', 'BYE', '200 BYE', 'CANCEL', '200 CANCEL', '487 INVITE', 'OPTIONS', '200 OPTIONS']));
    for (const frame of seen) expect(Number(frame['udp.length'][0])).toBeLessThanOrEqual(1472 + 8);
  });
});
