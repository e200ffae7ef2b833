import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { amount } from '../support/amount.ts';
import { scratchFolder } from '../support/paths.ts';
import { startService } from '../support/processes/service.ts';
import type { ServiceProcess } from '../support/processes/service.ts';
import { registerOptions, requestBytes } from '../support/signaling/requests.ts';
import { scrape } from '../support/metrics/scrape.ts';
import { settledMemory } from '../support/signaling/settled-memory.ts';
import { seededRandom } from '../support/sip/seeded-random.ts';

const DATAGRAMS = amount(15_000, 30_000);
/** So many at a time, that the kernel's buffer does not take them away from the daemon. */
const BATCH = 100;
/** Code that was not compiled at the start, and tables that grew once; the datagrams themselves come to more than twice as much. */
const TOLERATED_BYTES = 8_000_000;

describe('The signaling process under hostile input', () => {
  let folder: ReturnType<typeof scratchFolder>;
  let service: ServiceProcess;
  let socket: Socket;
  let port: number;

  async function begin(args: readonly string[] = []): Promise<void> {
    service = await startService('signaling', ['0', '--directory', join(folder.path, 'directory.xml'), '--session-retention', '0', '--metrics-port', '0', ...args], {
      nodeOptions: ['--inspect=127.0.0.1:0'],
      env: { SIPCAST_LOG_LEVEL: 'info' },
    });
    port = Number(service.addresses['sip']?.split(':')[1]);
  }

  beforeEach(async () => {
    folder = scratchFolder('hostile');
    socket = createSocket('udp4');
    socket.setMaxListeners(0);
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
  });

  afterEach(async () => {
    socket.close();
    await service.child.end();
    folder.remove();
  });

  /** Whether the daemon answers, and how: also when all that was sent before was handled. */
  async function status(bytes: Buffer): Promise<number> {
    const callId = /^Call-ID: (.*?)\r$/m.exec(bytes.toString('latin1'))?.[1] ?? '';
    return new Promise((resolve) => {
      const listener = (datagram: Buffer): void => {
        if (!datagram.includes(callId)) return;
        socket.off('message', listener);
        resolve(Number(datagram.toString().split(' ')[1]));
      };
      socket.on('message', listener);
      socket.send(bytes, port, '127.0.0.1');
    });
  }

  function ping(): Buffer {
    return requestBytes('OPTIONS', { uri: 'sip:127.0.0.1', via: `127.0.0.1:${socket.address().port}` });
  }

  it(`survives ${DATAGRAMS} datagrams of garbage and holds no more memory than before (seed 4.22)`, async () => {
    await begin();
    const hostile = hostileDatagrams(7);
    const send = async (count: number): Promise<void> => {
      for (let sent = 0; sent < count; sent += BATCH) {
        for (let index = 0; index < BATCH; index++) socket.send(hostile(), port, '127.0.0.1');
        expect(await status(ping())).toBe(200);
      }
    };
    const before = await settledMemory(service);
    await send(DATAGRAMS);
    const after = await settledMemory(service);
    expect(after.heap).toBeLessThan(before.heap + TOLERATED_BYTES);
    const values = await scrape(service.addresses['metrics'] ?? '');
    expect(values.get('sipcast_sip_malformed_total')).toBeGreaterThan(DATAGRAMS / 10);
    expect(service.child.log.lines.filter(({ record }) => record?.level === 'error' || record?.level === 'warn')).toEqual([]);
  });

  it('stops a flood of registrations at its limit, without any effect on who is registered', async () => {
    await begin(['--max-streamers', '50']);
    const via = `127.0.0.1:${socket.address().port}`;
    const answers = await Promise.all(Array.from({ length: 200 }, (_, index) => status(requestBytes('REGISTER', registerOptions(`s${index}`, { via, callId: `flood-${index}-` })))));
    expect(answers.filter((answer) => answer === 200)).toHaveLength(50);
    expect(answers.filter((answer) => answer === 503)).toHaveLength(150);
    expect(await status(requestBytes('REGISTER', registerOptions('s0', { via, callId: 'flood-0-', cseq: 2 })))).toBe(200);
  });
});

/** A source of datagrams that mean harm: noise, pieces of messages, messages with flipped bytes, too much of everything. */
function hostileDatagrams(seed: number): () => Buffer {
  const random = seededRandom(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
  const noise = (size: number): Buffer => Buffer.from(Array.from({ length: size }, () => Math.floor(random() * 256)));
  const valid = (): Buffer =>
    requestBytes(pick(['INVITE', 'OPTIONS', 'SUBSCRIBE', 'BYE', 'CANCEL', 'ACK', 'MESSAGE', 'NOSUCH']), {
      uri: pick(['sip:127.0.0.1', 'sip:nobody@127.0.0.1', 'sip:%00%ff@127.0.0.1', 'tel:+1', `sip:${'x'.repeat(3000)}@h`]),
      to: pick(['<sip:nobody@127.0.0.1>', '<sip:nobody@127.0.0.1>;tag=none', '"<script>" <sip:a@b>']),
      headers: [pick([['X-Long', 'x'.repeat(7000)], ['Route', '<sip:127.0.0.1;lr>'], ['Contact', '*'], ['Event', 'directory'], ['Require', 'a, b, c'], ['Content-Encoding', 'gzip']] as const)],
      body: pick(['', '{"offset":1e99}', 'v=0', '<data-base>']),
    });
  const kinds: readonly (() => Buffer)[] = [
    () => noise(Math.floor(random() * 1500)),
    () => valid().subarray(0, Math.floor(random() * 400)),
    () => {
      const bytes = valid();
      for (let flips = 0; flips < 4; flips++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      return bytes;
    },
    () => Buffer.concat([valid(), noise(2000)]),
    () => Buffer.from('REGISTER sip:x SIP/2.0\r\n' + 'Via: SIP/2.0/UDP a;branch=z9hG4bK1\r\n'.repeat(1000)),
    valid,
  ];
  return () => pick(kinds)();
}
