import { UdpRelay } from '../../support/network/udp-relay.ts';
import type { UdpRelayOptions } from '../../support/network/udp-relay.ts';
import { offerOf } from '../../support/sdp-fixtures.ts';
import { FRONT_PORT, SIGNALING_PORT, STREAMER, STREAMER_PORT } from '../stage.ts';
import type { Flow } from './flow.ts';

/** Enough to see every kind of retransmission, few enough to read them all. */
const LOSS = 0.35;
const HOST = '127.0.0.1';

/** A bad line to one service. The seeds are of those tried: together they hit requests, responses and an ACK. */
async function badLine(port: number, seed: number): Promise<{ relay: UdpRelay; advertise: string[] }> {
  const impairment = { loss: LOSS };
  const options: UdpRelayOptions = { target: { host: HOST, port }, seed, toTarget: impairment, fromTarget: impairment };
  const relay = await UdpRelay.start(options);
  return { relay, advertise: ['--advertise', `${relay.address.host}:${relay.address.port}`] };
}

export const lostDatagrams: Flow = {
  name: 'lost-datagrams-and-retransmission',
  title: 'Datagrams get lost, and nothing else does',
  introduction:
    'Relays on every line lose 35 % of all datagrams in each direction (so front and streamer appear at ports of the relays). ' +
    'Requests are repeated after T1 = 500 ms, then twice that, …; a repeated request is answered again from memory and never executed ' +
    'twice; the 202 is repeated by the streamer itself until the ACK reaches it. In the end the viewer watches, and leaves with a BYE.',
  async play(stage) {
    const lines = { signaling: await badLine(SIGNALING_PORT, 21), streamer: await badLine(STREAMER_PORT, 22), front: await badLine(FRONT_PORT, 23) };
    await stage.signaling(...lines.signaling.advertise);
    const signalingPort = lines.signaling.relay.address.port;
    await stage.streamer({ signalingPort, args: lines.streamer.advertise });
    const front = await stage.front({ signalingPort, args: lines.front.advertise });
    const viewer = stage.viewer(front);
    const page = await (await viewer.register()).page();
    await page.next(({ streamers }) => Array.isArray(streamers) && streamers.length > 0);
    await viewer.watch(STREAMER, offerOf('chromium'));
    await stage.seen('sip.Method == "ACK"', 2);
    await viewer.post('/leave');
    await stage.seen('sip.CSeq.method == "BYE" && sip.Status-Code == 200', 2);
    await page.close();
    for (const { relay } of Object.values(lines)) await relay.close();
  },
};
