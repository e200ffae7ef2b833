/** What really went over the loopback interface, captured by dumpcap: a witness that shares no code with us. Needs root. */
import { createSocket } from 'node:dgram';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freeUdpPorts } from '../network/udp-ports.ts';
import { Child } from '../processes/child.ts';
import { toolPath } from '../tools/system-tools.ts';

/** The last frame of each capture has this Call-ID: once it is in the file, so is all that came before. */
export const LAST_CALL_ID = 'end-of-capture';
const WRITTEN_LIMIT_MS = 10_000;
const POLL_MS = 50;

export interface LoopbackCapture {
  /** Ends the capture when all that was sent before is in the file. */
  stop: () => Promise<void>;
}

/** Captures UDP to and from these ports into `file` (pcapng); resolves when nothing more is missed. */
export async function captureLoopback(file: string, ports: readonly number[]): Promise<LoopbackCapture> {
  const [lastPort = 0] = await freeUdpPorts(1);
  const filter = [...ports, lastPort].map((port) => `udp port ${port}`).join(' or ');
  const dumpcap = join(dirname(toolPath('tshark')), 'dumpcap');
  const child = new Child(dumpcap, ['-q', '-i', 'lo', '-f', filter, '-w', file], { name: 'dumpcap' });
  await child.log.waitFor(({ text }) => text.startsWith('File: '));
  return {
    stop: async () => {
      await sendLast(lastPort);
      await hasArrived(file);
      await child.end('SIGINT');
    },
  };
}

async function sendLast(port: number): Promise<void> {
  const socket = createSocket('udp4');
  const end = `sip:127.0.0.1:${port}`;
  const lines = [`OPTIONS ${end} SIP/2.0`, `Via: SIP/2.0/UDP 127.0.0.1:${port};branch=z9hG4bKend`, 'Max-Forwards: 1', `From: <${end}>;tag=end`, `To: <${end}>`];
  const message = [...lines, `Call-ID: ${LAST_CALL_ID}`, 'CSeq: 1 OPTIONS', 'Content-Length: 0', '', ''].join('\r\n');
  await new Promise<void>((resolve, reject) => {
    socket.send(message, port, '127.0.0.1', (error) => (error ? reject(error) : resolve()));
  });
  socket.close();
}

async function hasArrived(file: string): Promise<void> {
  const until = performance.now() + WRITTEN_LIMIT_MS;
  while (performance.now() < until) {
    if ((await readFile(file)).includes(LAST_CALL_ID)) return;
    await delay(POLL_MS);
  }
  throw new Error(`dumpcap had not written all frames to ${file} after ${WRITTEN_LIMIT_MS} ms`);
}
