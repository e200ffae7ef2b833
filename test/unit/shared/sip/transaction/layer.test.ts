import { describe, expect, it } from 'vitest';
import { parseMessage } from '../../../../../shared/sip/parser/parser.ts';
import type { SipRequest, SipResponse } from '../../../../../shared/sip/message/message.ts';
import { TooManyTransactionsError } from '../../../../../shared/sip/transaction/errors.ts';
import { TransactionLayer, type TransactionLayerOptions } from '../../../../../shared/sip/transaction/layer.ts';
import { createResponse } from '../../../../../shared/sip/transaction/responses.ts';
import type { ServerTransaction } from '../../../../../shared/sip/transaction/server.ts';
import { TransportError, type Address, type DatagramListener, type Transport, type TransportErrorListener } from '../../../../../shared/sip/transport/transport.ts';
import { summary } from '../../../../support/sip/pair.ts';
import { plainRequest, Recorder } from '../../../../support/sip/recorders.ts';
import { VirtualClock } from '../../../../support/sip/virtual-clock.ts';

const US = { host: '10.0.0.2', port: 5060 };
const THEM = { host: '10.0.0.1', port: 40_000 };

/** A transport whose other end is the test. */
class Wire implements Transport {
  readonly local = US;
  readonly sent: { datagram: Buffer; to: Address }[] = [];
  receive: DatagramListener = () => undefined;
  fail: TransportErrorListener = () => undefined;
  unreachable = false;

  send(datagram: Buffer, to: Address): void {
    if (this.unreachable) this.fail(new TransportError('unreachable', to, undefined));
    else this.sent.push({ datagram, to });
  }

  onDatagram(listener: DatagramListener): void {
    this.receive = listener;
  }

  onError(listener: TransportErrorListener): void {
    this.fail = listener;
  }

  async close(): Promise<void> {
    this.receive = () => undefined;
  }

  /** The last that was sent, as a message and where to. */
  get last(): { message: SipRequest | SipResponse; to: Address } {
    const { datagram, to } = this.sent.at(-1)!;
    return { message: parseMessage(datagram), to };
  }
}

function bench(options: Partial<TransactionLayerOptions> = {}) {
  const clock = new VirtualClock();
  const wire = new Wire();
  const layer = new TransactionLayer({ transport: wire, clock, ...options });
  const requests: ServerTransaction[] = [];
  const acks: SipRequest[] = [];
  const strays: SipResponse[] = [];
  layer.onRequest((transaction) => requests.push(transaction));
  layer.onAck((ack) => acks.push(ack));
  layer.onStrayResponse((response) => strays.push(response));
  const receive = (text: string | Buffer, from: Address = THEM): void => wire.receive(typeof text === 'string' ? Buffer.from(text) : text, from);
  return { clock, wire, layer, requests, acks, strays, receive };
}

interface Text {
  method?: string;
  via?: string;
  from?: string;
  to?: string;
  callId?: string;
  cseq?: string;
  extra?: string;
}

function text({ method = 'MESSAGE', via = 'SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKx', from = '<sip:a@a>;tag=1', to = '<sip:b@b>', callId = 'c', cseq = `1 ${method}`, extra = '' }: Text = {}): string {
  return `${method} sip:b@b SIP/2.0\r\nVia: ${via}\r\nFrom: ${from}\r\nTo: ${to}\r\nCall-ID: ${callId}\r\nCSeq: ${cseq}\r\nMax-Forwards: 70\r\n${extra}\r\n`;
}

describe('a request', () => {
  it('that is repeated reaches its user once and is answered again', () => {
    const { requests, receive, wire, layer } = bench();
    receive(text());
    receive(text());
    requests[0]!.respond(createResponse(requests[0]!.request, 200));
    receive(text());
    expect(requests).toHaveLength(1);
    expect(wire.sent.map(({ datagram }) => summary(datagram))).toEqual(['200 1 MESSAGE', '200 1 MESSAGE']);
    expect(layer.stats).toMatchObject({ requestsReceived: 3, retransmissionsReceived: 2, retransmissionsSent: 1 });
  });

  it.each([
    ['another branch', { via: 'SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKy' }],
    ['another sent-by', { via: 'SIP/2.0/UDP 10.0.0.1:5061;branch=z9hG4bKx' }],
    ['another method', { method: 'OPTIONS' }],
  ])('with %s is another one (§17.2.3)', (_what, difference) => {
    const { requests, receive } = bench();
    receive(text());
    receive(text(difference));
    expect(requests).toHaveLength(2);
  });

  it('of an RFC 2543 client is matched by its Request-URI, tags, Call-ID, CSeq and Via', () => {
    const { requests, receive } = bench();
    const via = 'SIP/2.0/UDP 10.0.0.1:5060;branch=1';
    receive(text({ via }));
    receive(text({ via }));
    receive(text({ via, cseq: '2 MESSAGE' }));
    receive(text({ via, callId: 'd' }));
    expect(requests).toHaveLength(3);
  });

  it('is answered where it came from: received and rport (RFC 3581)', () => {
    const { requests, receive, wire } = bench();
    receive(text({ via: 'SIP/2.0/UDP client.invalid;branch=z9hG4bKx;rport' }));
    requests[0]!.respond(createResponse(requests[0]!.request, 200));
    expect(wire.last.to).toMatchObject(THEM);
    expect(wire.last.message.headers.get('Via')).toBe('SIP/2.0/UDP client.invalid;branch=z9hG4bKx;rport=40000;received=10.0.0.1');
  });

  it('without rport is answered at the port of its Via, or 5060', () => {
    const { requests, receive, wire } = bench();
    receive(text({ via: 'SIP/2.0/UDP 10.0.0.1:5066;branch=z9hG4bKx' }));
    requests[0]!.respond(createResponse(requests[0]!.request, 200));
    expect(wire.last.to).toMatchObject({ host: '10.0.0.1', port: 5066 });
    receive(text({ via: 'SIP/2.0/UDP 10.0.0.7;branch=z9hG4bKx' }));
    requests[1]!.respond(createResponse(requests[1]!.request, 200));
    expect(wire.last.to).toMatchObject({ host: '10.0.0.1', port: 5060 });
  });

  it('cannot aim its answer at somebody else', () => {
    const { requests, receive, wire } = bench();
    receive(text({ via: 'SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKx;received=10.9.9.9;maddr=10.9.9.8' }));
    requests[0]!.respond(createResponse(requests[0]!.request, 200));
    expect(wire.last.to.host).toBe('10.0.0.1');
  });

  it('keeps the tag and Via of its request in the response', () => {
    const { requests, receive } = bench();
    receive(text({ to: '<sip:b@b>;tag=kept' }));
    expect(createResponse(requests[0]!.request, 200, { toTag: 'new' }).headers.get('To')).toBe('<sip:b@b>;tag=kept');
    expect(createResponse(requests[0]!.request, 200, { toTag: 'new' }).headers.all('Via')).toHaveLength(1);
  });
});

describe('a malformed datagram', () => {
  it.each([
    ['a missing Call-ID', text().replace('Call-ID: c\r\n', ''), '400', 'Malformed or Missing Call-ID'],
    ['a CSeq of another method', text({ cseq: '1 BYE' }), '400', 'Malformed or Missing CSeq'],
    ['a version from the future', text().replace('SIP/2.0\r\n', 'SIP/7.0\r\n'), '505', 'Version Not Supported'],
  ])('with %s is answered', (_what, datagram, status, reason) => {
    const { requests, receive, wire, layer } = bench();
    receive(datagram);
    expect(requests).toEqual([]);
    expect(wire.sent[0]!.datagram.toString()).toMatch(new RegExp(`^SIP/2.0 ${status} ${reason}\r\n`));
    expect(layer.stats.malformed).toBe(1);
    expect(layer.serverTransactions).toBe(0);
  });

  it('gets the same tag when it comes again', () => {
    const { receive, wire } = bench();
    for (let i = 0; i < 2; i++) receive(text({ cseq: '1 BYE' }));
    const [first, second] = wire.sent.map(({ datagram }) => datagram.toString());
    expect(first).toContain(';tag=');
    expect(second).toBe(first);
  });

  it.each([
    ['an ACK', text({ method: 'ACK' }).replace('Call-ID: c\r\n', '')],
    ['a response', 'SIP/2.0 200 OK\r\nVia: nonsense\r\n\r\n'],
    ['a request whose Via says nothing', text({ via: 'nonsense' })],
    ['noise', '\u0000\u0001 what is this'],
    ['line breaks', '\r\n\r\n'],
    ['nothing', ''],
  ])('is not answered when it is %s', (_what, datagram) => {
    const { requests, receive, wire } = bench();
    receive(datagram);
    expect([wire.sent, requests]).toEqual([[], []]);
  });
});

describe('a header that only its reader finds malformed', () => {
  const read = (request: SipRequest): void => void request.routes[0]?.parsedUri();

  it('of a request is answered with 400, once', () => {
    const { layer, receive, wire } = bench();
    layer.onRequest((transaction) => read(transaction.request));
    for (let i = 0; i < 2; i++) receive(text({ extra: 'Route: <sip:a@b:port>\r\n' }));
    expect(wire.sent.map(({ datagram }) => summary(datagram))).toEqual(['400 1 MESSAGE', '400 1 MESSAGE']);
    expect(layer.stats.malformed).toBe(1);
  });

  it('of an ACK is not answered', () => {
    const { layer, receive, wire } = bench();
    layer.onAck(read);
    receive(text({ method: 'ACK', extra: 'Route: <sip:a@b:port>\r\n' }));
    expect([wire.sent.length, layer.stats.malformed]).toEqual([0, 1]);
  });
});

describe('CANCEL', () => {
  it('that matches an INVITE is answered 200 and told to the user of the INVITE', () => {
    const { requests, receive, wire } = bench();
    receive(text({ method: 'INVITE' }));
    const recorder = new Recorder();
    requests[0]!.attach(recorder.serverUser);
    receive(text({ method: 'CANCEL' }));
    expect(wire.sent.map(({ datagram }) => summary(datagram))).toEqual(['200 1 CANCEL']);
    expect([recorder.take(), requests.length]).toEqual([['user cancel'], 1]);
    receive(text({ method: 'CANCEL' }));
    expect([recorder.take(), wire.sent.length]).toEqual([[], 2]);
  });

  it('carries the tag of the responses to its INVITE', () => {
    const { requests, receive, wire } = bench();
    receive(text({ method: 'INVITE' }));
    requests[0]!.respond(createResponse(requests[0]!.request, 180, { toTag: 'ringing' }));
    receive(text({ method: 'CANCEL' }));
    expect(wire.last.message.to.tag).toBe('ringing');
  });

  it('that comes after the answer changes nothing', () => {
    const { requests, receive, wire } = bench();
    receive(text({ method: 'INVITE' }));
    const recorder = new Recorder();
    requests[0]!.attach(recorder.serverUser);
    requests[0]!.respond(createResponse(requests[0]!.request, 200));
    receive(text({ method: 'CANCEL' }));
    expect(recorder.take()).toEqual([]);
    expect(summary(wire.sent.at(-1)!.datagram)).toBe('200 1 CANCEL');
  });

  it('that matches nothing goes to the user as any other request', () => {
    const { requests, receive } = bench();
    receive(text({ method: 'CANCEL' }));
    expect(requests.map(({ request }) => request.method)).toEqual(['CANCEL']);
  });
});

describe('ACK', () => {
  it('to a failure is absorbed, to a 2xx handed up', () => {
    const { requests, receive, acks } = bench();
    receive(text({ method: 'INVITE' }));
    requests[0]!.respond(createResponse(requests[0]!.request, 486));
    receive(text({ method: 'ACK' }));
    expect([requests[0]!.state, acks.length]).toEqual(['confirmed', 0]);
    receive(text({ method: 'ACK', via: 'SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKown' }));
    expect(acks).toHaveLength(1);
  });
});

describe('a response', () => {
  it('finds its transaction by branch and method', () => {
    const { layer, receive, wire, strays } = bench();
    const recorder = new Recorder();
    const request = plainRequest('MESSAGE');
    request.headers.delete('Via');
    layer.send(request, THEM, recorder);
    const sent = wire.last.message as SipRequest;
    const reply = (change: (text: string) => string): void => receive(change(createDatagram(sent, 200)));
    reply((datagram) => datagram.replace('1 MESSAGE', '1 OPTIONS'));
    reply((datagram) => datagram.replace(/branch=z9hG4bK\w+/, 'branch=z9hG4bKother'));
    expect([recorder.take(), strays.length, layer.stats.stray]).toEqual([[], 2, 2]);
    reply((datagram) => datagram);
    expect(recorder.take()).toEqual(['user 200']);
  });

  it('to CANCEL does not end its INVITE', () => {
    const { layer, receive, wire } = bench();
    const [invite, cancel] = [new Recorder(), new Recorder()];
    const request = plainRequest('INVITE');
    request.headers.delete('Via');
    const { branch } = layer.send(request, THEM, invite);
    const cancelRequest = plainRequest('CANCEL');
    cancelRequest.headers.delete('Via');
    layer.send(cancelRequest, THEM, cancel, { branch });
    receive(createDatagram(wire.last.message as SipRequest, 200));
    expect([invite.take(), cancel.take()]).toEqual([[], ['user 200']]);
  });
});

function createDatagram(request: SipRequest, status: number): string {
  const response = createResponse(request, status, { toTag: 't' });
  return `SIP/2.0 ${status} X\r\n${[...response.headers.entries()].map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
}

describe('limits', () => {
  it('refuse with 503 and Retry-After beyond the number of transactions, without keeping anything', () => {
    const { requests, receive, wire, layer } = bench({ limits: { maxTransactions: 2, retryAfterSeconds: 7 } });
    for (let i = 0; i < 5; i++) receive(text({ via: `SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK${i}` }));
    expect([requests.length, layer.serverTransactions, layer.stats.refused]).toEqual([2, 2, 3]);
    expect(wire.last.message).toMatchObject({ status: 503 });
    expect(wire.last.message.headers.get('Retry-After')).toBe('7');
  });

  it('let nobody send more either', () => {
    const { layer } = bench({ limits: { maxTransactions: 1 } });
    layer.send(plainRequest('MESSAGE'), THEM, new Recorder());
    expect(() => layer.send(plainRequest('MESSAGE'), THEM, new Recorder())).toThrow(TooManyTransactionsError);
  });

  it('may depend on who asks', () => {
    const { requests, receive, layer } = bench({ admit: (source) => source.host !== '10.6.6.6' });
    receive(text());
    receive(text({ via: 'SIP/2.0/UDP 10.6.6.6;branch=z9hG4bKz' }), { host: '10.6.6.6', port: 5060 });
    expect([requests.length, layer.stats.refused]).toEqual([1, 1]);
  });

  it('leave nothing behind: after the last timer there is neither transaction nor timer', () => {
    const { requests, receive, layer, clock } = bench();
    for (let i = 0; i < 100; i++) receive(text({ method: i % 2 ? 'INVITE' : 'MESSAGE', via: `SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK${i}` }));
    requests.forEach((transaction, i) => {
      if (i % 3) transaction.respond(createResponse(transaction.request, i % 3 === 1 ? 200 : 404));
    });
    for (let i = 0; i < 20; i++) layer.send(plainRequest(i % 2 ? 'INVITE' : 'MESSAGE'), THEM, new Recorder());
    clock.tick(100_000);
    // An INVITE that its user never answers is that user's affair.
    const unanswered = requests.filter((transaction) => transaction.pending && transaction.request.method === 'INVITE');
    for (const transaction of unanswered) transaction.respond(createResponse(transaction.request, 480));
    clock.tick(100_000);
    expect([layer.serverTransactions, layer.clientTransactions, layer.wheel.pending, clock.pending]).toEqual([0, 0, 0, 0]);
  });
});

describe('a network that fails', () => {
  it('is told to the transaction whose datagram it was, after send has returned', async () => {
    const { layer, wire } = bench();
    const recorder = new Recorder();
    wire.unreachable = true;
    layer.send(plainRequest('MESSAGE'), THEM, recorder);
    expect(recorder.take()).toEqual([]);
    await Promise.resolve();
    expect([recorder.take(), layer.clientTransactions, layer.stats.transportErrors]).toEqual([['user transport error'], 0, 1]);
  });
});

describe('close', () => {
  it('forgets everything without a word', async () => {
    const { layer, receive, clock, requests } = bench();
    const recorder = new Recorder();
    layer.send(plainRequest('INVITE'), THEM, recorder);
    receive(text());
    await layer.close();
    clock.tick(100_000);
    receive(text({ callId: 'late' }));
    expect([recorder.take(), requests.length, layer.clientTransactions, layer.serverTransactions, clock.pending]).toEqual([[], 1, 0, 0, 0]);
  });
});
