/**
 * A media server of plain werift, without any patch or path of ours: RTP in, a track for each viewer, RTP out. It is what the
 * bench compares with. Started by werift.ts with the address to bind; tells its parent the ports that it got.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MediaStreamTrack, RTCPeerConnection, RTCRtpCodecParameters } from 'werift';

export interface WeriftReady {
  readonly http: number;
  readonly audio: number;
  readonly video: number;
}

const LOOPBACK = '127.0.0.1';
const FEED_BUFFER_BYTES = 4 * 1024 * 1024;
const MAX_OFFER_BYTES = 64 * 1024;
const host = process.argv[2] ?? LOOPBACK;

interface Viewer {
  readonly connection: RTCPeerConnection;
  readonly audio: MediaStreamTrack;
  readonly video: MediaStreamTrack;
}

const viewers = new Map<string, Viewer>();
const watching = new Set<Viewer>();
let admitted = 0;

async function admit(offer: string): Promise<{ id: string; answer: string }> {
  const connection = new RTCPeerConnection({
    iceServers: [],
    iceUseIpv6: false,
    iceAdditionalHostAddresses: [host],
    iceInterfaceAddresses: { udp4: host },
    bundlePolicy: 'max-bundle',
    codecs: {
      audio: [new RTCRtpCodecParameters({ mimeType: 'audio/opus', clockRate: 48_000, channels: 2, payloadType: 111 })],
      video: [new RTCRtpCodecParameters({ mimeType: 'video/VP8', clockRate: 90_000, payloadType: 96, rtcpFeedback: [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }] })],
    },
    headerExtensions: { audio: [], video: [] },
  });
  const viewer = { connection, audio: new MediaStreamTrack({ kind: 'audio' }), video: new MediaStreamTrack({ kind: 'video' }) };
  connection.addTransceiver(viewer.audio, { direction: 'sendonly' });
  connection.addTransceiver(viewer.video, { direction: 'sendonly' });
  await connection.setRemoteDescription({ type: 'offer', sdp: offer });
  // Without this it asks a stranger's STUN server for its address, which takes five seconds where there is no way there.
  for (const { connection: ice } of connection.iceTransports) (ice as unknown as { stunServer: unknown }).stunServer = undefined;
  await connection.setLocalDescription(await connection.createAnswer());
  connection.connectionStateChange.subscribe((state) => {
    if (state === 'connected') watching.add(viewer);
    else watching.delete(viewer);
  });
  const id = String(admitted++);
  viewers.set(id, viewer);
  return { id, answer: connection.localDescription?.sdp ?? '' };
}

async function body(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) if ((text += String(chunk)).length > MAX_OFFER_BYTES) throw new Error('the offer is too long');
  return text;
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    if (request.method === 'DELETE') {
      const id = (request.url ?? '').slice(1);
      await viewers.get(id)?.connection.close();
      viewers.delete(id);
      response.end();
      return;
    }
    const { id, answer } = await admit(await body(request));
    response.setHeader('x-viewer', id).end(answer);
  } catch (error) {
    response.statusCode = 500;
    response.end(error instanceof Error ? error.stack : String(error));
  }
}

async function feed(kind: 'audio' | 'video'): Promise<number> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: FEED_BUFFER_BYTES });
  socket.on('message', (packet) => {
    for (const viewer of watching) viewer[kind].writeRtp(packet);
  });
  socket.bind(0, LOOPBACK);
  await once(socket, 'listening');
  return socket.address().port;
}

const server = createServer((request, response) => void handle(request, response));
server.listen(0, LOOPBACK);
await once(server, 'listening');
const ready: WeriftReady = { http: (server.address() as AddressInfo).port, audio: await feed('audio'), video: await feed('video') };
process.send?.(ready);
process.once('SIGTERM', () => process.exit(0));
process.once('disconnect', () => process.exit(0));
