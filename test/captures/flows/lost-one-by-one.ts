import { UdpRelay } from '../../support/network/udp-relay.ts';
import type { UdpRelayOptions } from '../../support/network/udp-relay.ts';
import { offerOf } from '../../support/sdp-fixtures.ts';
import { SIGNALING_PORT, STREAMER, STREAMER_PORT } from '../stage.ts';
import type { Flow } from './flow.ts';

const HOST = '127.0.0.1';

/** A way to one service on which only the datagrams of these rules vanish. */
async function wayTo(port: number, loses: UdpRelayOptions['loses']): Promise<UdpRelay> {
  return UdpRelay.start({ target: { host: HOST, port }, seed: 1, loses });
}

/** Of each kind the first one. */
function firstOf(...kinds: readonly RegExp[]): (datagram: Buffer) => boolean {
  const left = new Set(kinds);
  return (datagram) => {
    const text = datagram.toString('latin1');
    const kind = [...left].find((pattern) => pattern.test(text));
    return kind !== undefined && left.delete(kind);
  };
}

export const lostOneByOne: Flow = {
  name: 'lost-one-by-one',
  title: 'Three datagrams get lost, one at a time',
  introduction:
    'Relays on the ways between the daemon and the streamer lose three datagrams and no other: the first 200 to the REGISTER, the first ACK and the first BYE. ' +
    'Each time somebody waits in vain for T1 = 500 ms, and says again what he had said. The daemon has sent what was lost, ' +
    'so all three are in this file. (The streamer appears at ports of the relays. Who hears a 202 again says ACK three times, in case it is ACKs that get lost.)',
  async play(stage) {
    const toDaemon = await wayTo(SIGNALING_PORT, { fromTarget: firstOf(/^SIP\/2\.0 200 [^]*\r\nCSeq: \d+ REGISTER\r\n/) });
    const toStreamer = await wayTo(STREAMER_PORT, { toTarget: firstOf(/^ACK /, /^BYE /) });
    await stage.signaling();
    await stage.streamer({ signalingPort: toDaemon.address.port, args: ['--advertise', `${toStreamer.address.host}:${toStreamer.address.port}`] });
    const viewer = stage.viewer(await stage.front());
    await viewer.watch(STREAMER, offerOf('chromium'));
    await stage.seen('sip.Method == "ACK"', 8);
    await viewer.post('/leave');
    await stage.seen('sip.CSeq.method == "BYE" && sip.Status-Code == 200', 2);
    for (const relay of [toDaemon, toStreamer]) await relay.close();
  },
};
