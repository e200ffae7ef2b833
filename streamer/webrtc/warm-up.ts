/**
 * Answers an offer of nobody's once, and forgets it: making the certificate and running code for the first time takes some
 * 400 ms, which are better spent before the first viewer waits for them.
 */
import { Peer, type PeerOptions } from './peer.ts';

const FINGERPRINT = Array.from({ length: 32 }, () => '00').join(':');

function section(mid: number, media: string, ...lines: readonly string[]): string[] {
  return [`m=${media}`, 'c=IN IP4 0.0.0.0', `a=mid:${mid}`, 'a=recvonly', 'a=rtcp-mux', 'a=ice-ufrag:warm', 'a=ice-pwd:warmwarmwarmwarmwarmwarm', `a=fingerprint:sha-256 ${FINGERPRINT}`, 'a=setup:actpass', ...lines];
}

const OFFER = [
  ...['v=0', 'o=- 1 1 IN IP4 0.0.0.0', 's=-', 't=0 0', 'a=group:BUNDLE 0 1'],
  ...section(0, 'video 9 UDP/TLS/RTP/SAVPF 96 97 98 99 100', 'a=rtpmap:96 VP8/90000', 'a=rtcp-fb:96 nack', 'a=rtpmap:97 rtx/90000', 'a=fmtp:97 apt=96', 'a=rtpmap:98 VP9/90000', 'a=rtpmap:99 AV1/90000', 'a=rtpmap:100 H264/90000', 'a=fmtp:100 packetization-mode=1'),
  ...section(1, 'audio 9 UDP/TLS/RTP/SAVPF 111', 'a=rtpmap:111 opus/48000/2'),
]
  .map((line) => `${line}\r\n`)
  .join('');

/** Never fails: what goes wrong here will be told to the first viewer. */
export async function warmUp(options: PeerOptions): Promise<void> {
  const peer = await Peer.create(OFFER, options).catch(() => undefined);
  await peer?.close();
}
