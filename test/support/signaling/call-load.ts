/** Calls by the thousand from one socket to a streamer on another: INVITE, 202, ACK, BYE, 200, as fast as they are answered. */

import { createSocket } from 'node:dgram';
import type { RemoteInfo, Socket } from 'node:dgram';
import { once } from 'node:events';
import { registerOptions, requestBytes } from './requests.ts';

const SDP = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=rtpmap:96 VP8/90000\r\n';
const STREAMER = 'camera';
/** A datagram that the kernel dropped is sent again after this long, ms. */
const REPEAT_MS = 500;

interface Call {
  readonly callId: string;
  step: 'invite' | 'bye';
  last: Buffer;
  timer: NodeJS.Timeout;
}

export class CallLoad {
  readonly #caller: Socket;
  readonly #callee: Socket;
  readonly #port: number;
  readonly #calls = new Map<string, Call>();
  #started = 0;
  #goal = 0;
  #reached: () => void = () => undefined;
  completed = 0;
  repeated = 0;
  readonly failures: string[] = [];

  private constructor(caller: Socket, callee: Socket, port: number) {
    this.#caller = caller;
    this.#callee = callee;
    this.#port = port;
    caller.on('message', (datagram) => this.#callerHears(datagram.toString()));
    callee.on('message', (datagram, from) => this.#calleeHears(datagram.toString(), from));
  }

  /** @param port the daemon's, on loopback */
  static async open(port: number): Promise<CallLoad> {
    const [caller, callee] = [createSocket('udp4'), createSocket('udp4')];
    for (const socket of [caller, callee]) {
      socket.bind(0, '127.0.0.1');
      await once(socket, 'listening');
      socket.setRecvBufferSize(4 * 1024 * 1024);
    }
    const load = new CallLoad(caller, callee, port);
    await load.#register();
    return load;
  }

  /** Makes so many calls, `width` at a time. */
  async run(calls: number, width: number): Promise<void> {
    this.#goal += calls;
    const reached = new Promise<void>((resolve) => (this.#reached = resolve));
    for (let index = 0; index < width; index++) this.#next();
    await reached;
  }

  async close(): Promise<void> {
    for (const { timer } of this.#calls.values()) clearTimeout(timer);
    for (const socket of [this.#caller, this.#callee]) {
      socket.close();
      await once(socket, 'close');
    }
  }

  async #register(): Promise<void> {
    const { port } = this.#callee.address();
    const answered = once(this.#callee, 'message');
    this.#callee.send(requestBytes('REGISTER', registerOptions(STREAMER, { via: `127.0.0.1:${port}`, contacts: [`<sip:${STREAMER}@127.0.0.1:${port}>`], expires: 3600 })), this.#port, '127.0.0.1');
    await answered;
  }

  #next(): void {
    if (this.#started >= this.#goal) return;
    const callId = `load-${++this.#started}`;
    const invite = requestBytes('INVITE', {
      uri: `sip:${STREAMER}@127.0.0.1:${this.#port}`,
      via: this.#via,
      callId,
      from: `<sip:viewer@127.0.0.1>;tag=${callId}`,
      to: `<sip:${STREAMER}@127.0.0.1>`,
      headers: [['Contact', `<sip:viewer@${this.#via}>`]],
      body: SDP,
      contentType: 'application/sdp',
    });
    const call: Call = { callId, step: 'invite', last: invite, timer: setInterval(() => this.#repeat(call), REPEAT_MS) };
    this.#calls.set(callId, call);
    this.#send(call, invite);
  }

  #callerHears(text: string): void {
    const call = this.#calls.get(/^Call-ID: (.*?)\r$/m.exec(text)?.[1] ?? '');
    const status = Number(text.slice('SIP/2.0 '.length, 'SIP/2.0 200'.length));
    if (!call || status < 200) return;
    if (status >= 300) this.failures.push(`${call.callId} ${call.step}: ${text.slice(0, text.indexOf('\r'))}`);
    if (call.step === 'invite' && status < 300) {
      this.#caller.send(this.#inDialog('ACK', call, 1), this.#port, '127.0.0.1');
      call.step = 'bye';
      this.#send(call, this.#inDialog('BYE', call, 2));
    } else if (call.step === 'bye' && /^CSeq: 2 BYE/m.test(text)) {
      clearInterval(call.timer);
      this.#calls.delete(call.callId);
      if (++this.completed === this.#goal) this.#reached();
      this.#next();
    }
  }

  /** The callee answers by template: Via, From, Call-ID, CSeq and Record-Route as they came. */
  #calleeHears(text: string, { port }: RemoteInfo): void {
    const method = text.slice(0, text.indexOf(' '));
    if (method !== 'INVITE' && method !== 'BYE') return;
    const copied = text.match(/^(?:Via|From|To|Call-ID|CSeq|Record-Route): .*\r\n/gim)?.map((line) => (method === 'INVITE' && line.startsWith('To:') ? line.replace('\r\n', ';tag=callee\r\n') : line)) ?? [];
    const body = method === 'INVITE' ? SDP : '';
    const own = [`Contact: <sip:${STREAMER}@127.0.0.1:${this.#callee.address().port}>`, ...(body === '' ? [] : ['Content-Type: application/sdp']), `Content-Length: ${body.length}`];
    this.#callee.send(`SIP/2.0 ${method === 'INVITE' ? '202 Accepted' : '200 OK'}\r\n${copied.join('')}${own.join('\r\n')}\r\n\r\n${body}`, port, '127.0.0.1');
  }

  #inDialog(method: string, call: Call, cseq: number): Buffer {
    return requestBytes(method, {
      uri: `sip:${STREAMER}@127.0.0.1:${this.#callee.address().port}`,
      via: this.#via,
      callId: call.callId,
      cseq,
      from: `<sip:viewer@127.0.0.1>;tag=${call.callId}`,
      to: `<sip:${STREAMER}@127.0.0.1>;tag=callee`,
      headers: [['Route', `<sip:127.0.0.1:${this.#port};lr>`]],
    });
  }

  #send(call: Call, bytes: Buffer): void {
    call.last = bytes;
    this.#caller.send(bytes, this.#port, '127.0.0.1');
  }

  #repeat(call: Call): void {
    this.repeated++;
    this.#send(call, call.last);
  }

  get #via(): string {
    return `127.0.0.1:${this.#caller.address().port}`;
  }
}
