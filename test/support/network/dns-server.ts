/** A name server on loopback that answers A, AAAA and SRV in real datagrams (RFC 1035 §4, RFC 2782), from records that a test changes as it likes. */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';

const TYPES = { A: 1, AAAA: 28, SRV: 33 } as const;
const IN = 1;
const HEADER_BYTES = 12;
const NO_ERROR = 0;
const SERVER_FAILURE = 2;
const NAME_ERROR = 3;
/** A pointer to the question's name, which follows the header (RFC 1035 §4.1.4). */
const QUESTION_NAME = Buffer.from([0xc0, HEADER_BYTES]);

export interface SrvData {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  readonly target: string;
}

export interface Zone {
  /** Addresses of hosts. */
  hosts: Record<string, readonly string[]>;
  srv: Record<string, readonly SrvData[]>;
}

export class DnsServer {
  zone: Zone = { hosts: {}, srv: {} };
  /** While true, each question is answered with SERVFAIL; while 'silent', none. */
  failing: boolean | 'silent' = false;
  /** `SRV _sip._udp.cast.test`, as they came. */
  readonly questions: string[] = [];
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (message, { address, port }) => {
      const answer = this.#answer(message);
      if (answer) socket.send(answer, port, address);
    });
  }

  static async start(): Promise<DnsServer> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new DnsServer(socket);
  }

  /** As node:dns takes it. */
  get address(): string {
    return `127.0.0.1:${this.#socket.address().port}`;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#socket.close(() => resolve()));
  }

  #answer(message: Buffer): Buffer | undefined {
    const { name, end } = readName(message, HEADER_BYTES);
    const type = message.readUInt16BE(end);
    this.questions.push(`${Object.entries(TYPES).find(([, number]) => number === type)?.[0] ?? String(type)} ${name}`);
    if (this.failing === 'silent') return undefined;
    const records = this.failing ? [] : this.#records(name, type);
    const header = Buffer.alloc(HEADER_BYTES);
    message.copy(header, 0, 0, 2);
    // A response, authoritative; recursion as it was desired.
    header.writeUInt16BE(0x8400 | (message.readUInt16BE(2) & 0x0100) | this.#code(name), 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(records.length, 6);
    const answers = records.map((data) => {
      const fixed = Buffer.alloc(10);
      fixed.writeUInt16BE(type, 0);
      fixed.writeUInt16BE(IN, 2);
      fixed.writeUInt16BE(data.length, 8);
      return Buffer.concat([QUESTION_NAME, fixed, data]);
    });
    return Buffer.concat([header, message.subarray(HEADER_BYTES, end + 4), ...answers]);
  }

  #code(name: string): number {
    if (this.failing) return SERVER_FAILURE;
    return name in this.zone.hosts || name in this.zone.srv ? NO_ERROR : NAME_ERROR;
  }

  #records(name: string, type: number): Buffer[] {
    if (type === TYPES.SRV) return (this.zone.srv[name] ?? []).map(srvData);
    if (type === TYPES.A) return (this.zone.hosts[name] ?? []).filter((address) => !address.includes(':')).map((address) => Buffer.from(address.split('.').map(Number)));
    return [];
  }
}

function srvData({ priority, weight, port, target }: SrvData): Buffer {
  const numbers = Buffer.alloc(6);
  [priority, weight, port].forEach((number, index) => numbers.writeUInt16BE(number, 2 * index));
  const labels = target === '.' ? [] : target.split('.');
  return Buffer.concat([numbers, ...labels.map((label) => Buffer.from([label.length, ...Buffer.from(label)])), Buffer.from([0])]);
}

/** @param at where the name begins; questions hold no pointers */
function readName(message: Buffer, at: number): { name: string; end: number } {
  const labels: string[] = [];
  let end = at;
  for (let length = message[end] ?? 0; length > 0; length = message[end] ?? 0) {
    labels.push(message.toString('latin1', end + 1, end + 1 + length));
    end += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), end: end + 1 };
}
