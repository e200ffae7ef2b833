/** REGISTER requests as streamers send them, refreshing a given number of names over and over. */
import type { Address } from '../../shared/sip/index.ts';
import { drain, header, LoadSocket, pace } from './sip-load.ts';
import type { LoadResult } from './sip-load.ts';

const INFO = JSON.stringify({ title: 'Bench', description: 'A streamer that exists on paper only', image: '', codecs: { audio: ['opus'], video: ['VP8'] } });

export interface RegisterLoad {
  target: Address;
  names: number;
  count: number;
  perSecond: number;
  /** Where the names' calls go, `host:port`; the sending socket itself unless given. */
  contact?: string;
}

export async function registerLoad({ target, names, count, perSecond, contact }: RegisterLoad): Promise<LoadResult> {
  const result: LoadResult = { sent: 0, completed: 0, refused: 0 };
  const seen = new Set<string>();
  const socket = await LoadSocket.open(target, (text) => {
    const cseq = header(text, 'CSeq');
    const key = `${header(text, 'Call-ID')} ${cseq}`;
    if (!text.startsWith('SIP/2.0 ') || text.startsWith('SIP/2.0 1') || seen.has(key)) return;
    seen.add(key);
    if (text.startsWith('SIP/2.0 2')) result.completed += 1;
    else result.refused += 1;
  });
  const domain = `${target.host}:${target.port}`;
  await pace(count, perSecond, (index) => {
    const name = `bench-${index % names}`;
    result.sent += 1;
    socket.send(
      `REGISTER sip:${domain} SIP/2.0\r\nVia: SIP/2.0/UDP ${socket.address};branch=z9hG4bKr${index};rport\r\nMax-Forwards: 70\r\n` +
        `From: <sip:${name}@${domain}>;tag=${name}\r\nTo: <sip:${name}@${domain}>\r\nCall-ID: ${name}-${socket.address}\r\n` +
        `CSeq: ${1 + Math.floor(index / names)} REGISTER\r\nContact: <sip:${name}@${contact ?? socket.address}>\r\nExpires: 3600\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(INFO)}\r\n\r\n${INFO}`,
    );
  });
  await drain(() => result.completed + result.refused >= result.sent);
  socket.close();
  return result;
}
