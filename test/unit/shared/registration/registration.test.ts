import { describe, expect, it } from 'vitest';
import type { LogFields } from '../../../../shared/log/fields.ts';
import type { Logger } from '../../../../shared/log/logger.ts';
import { Agent, createResponse, serialize, Servers, type IncomingRequest, type SipRequest } from '../../../../shared/sip/index.ts';
import { Registration, type RegistrationOptions } from '../../../../shared/registration/registration.ts';
import { MemoryNetwork } from '../../../support/sip/memory-network.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';

const SIGNALING = { host: '10.0.0.1', port: 5060 };
const STREAMER = { host: '10.0.0.2', port: 9997 };
const CONTACT = 'sip:caf%C3%A9%20live@10.0.0.2:9997';

type Answer = (incoming: IncomingRequest) => void;
const granted = (seconds: number): Answer => (incoming) => incoming.reply(200, { headers: { Contact: `<${CONTACT}>;expires=${seconds}` } });
const silent: Answer = () => undefined;

function recordingLog() {
  const lines: string[] = [];
  const at = (level: string) => (first: LogFields | string, message?: string) => void lines.push(`${level} ${typeof first === 'string' ? first : String(message)}`);
  const log: Logger = { debug: () => undefined, info: at('info'), warn: at('warn'), error: at('error'), child: () => log };
  return { log, lines };
}

function setUp(answer: Answer, options: Partial<RegistrationOptions> = {}, serversOf: (clock: VirtualClock) => Servers | undefined = () => undefined) {
  const clock = new VirtualClock();
  const servers = serversOf(clock);
  const network = new MemoryNetwork({ clock, delayMs: 5 });
  const registrarTransport = network.attach(SIGNALING);
  const registrar = new Agent({ transport: registrarTransport, clock });
  const heard: { at: number; request: SipRequest }[] = [];
  const state = { answer };
  registrar.handle('REGISTER', (incoming) => {
    heard.push({ at: clock.now(), request: incoming.request });
    state.answer(incoming);
  });
  const agent = new Agent({ transport: network.attach(STREAMER), clock, contact: CONTACT, servers });
  const { log, lines } = recordingLog();
  const registration = new Registration({
    agent,
    registrar: 'sip:10.0.0.1:5060',
    addressOfRecord: 'sip:caf%C3%A9%20live@10.0.0.1:5060',
    contact: CONTACT,
    product: 'sipcast/test',
    callId: 'the-call',
    tag: 'the-tag',
    body: '{"title":"Café"}',
    contentType: 'application/json',
    clock,
    random: () => 0,
    log,
    ...options,
  });
  agent.onStrayResponse((response) => registration.hearStray(response));
  /** The 403 of a restarted registrar: built from what it stored of a REGISTER, long after that was answered. */
  const forget = (request: SipRequest, change: (text: string) => string = (text) => text) =>
    registrarTransport.send(Buffer.from(change(serialize(createResponse(request, 403)).toString('utf8'))), STREAMER);
  return { clock, network, state, heard, registration, registrarTransport, servers, lines, forget };
}

describe('registering (seed 4.10)', () => {
  it('says who we are, where to call us, and what we show (seed 4.18)', async () => {
    const { clock, heard, registration, lines } = setUp(granted(60));
    registration.start();
    await clock.advance(100);
    const [first] = heard;
    expect(first?.request.uri).toBe('sip:10.0.0.1:5060');
    expect(first?.request.to.parsedUri().user).toBe('café live');
    expect(first?.request.headers.get('Contact')).toBe(`<${CONTACT}>`);
    expect(first?.request.expires).toBe(60);
    expect(first?.request.contentType).toBe('application/json');
    expect(first?.request.body.toString('utf8')).toBe('{"title":"Café"}');
    expect(registration.registered).toBe(true);
    expect(lines).toEqual(['info registered as sip:caf%C3%A9%20live@10.0.0.1:5060']);
  });

  it('refreshes at half of what was granted, in the same call with growing CSeq', async () => {
    const { clock, heard, registration, lines } = setUp(granted(30));
    registration.start();
    await clock.advance(46_000);
    expect(heard.map(({ at }) => Math.round(at / 100) * 100)).toEqual([0, 15_000, 30_000, 45_000]);
    expect(heard.map(({ request }) => [request.callId, request.from.tag, request.cseq.number])).toEqual([1, 2, 3, 4].map((cseq) => ['the-call', 'the-tag', cseq]));
    expect(lines).toHaveLength(1);
  });

  it('asks for longer where the registrar wants it', async () => {
    const { clock, heard, registration, state } = setUp((incoming) => incoming.reply(423, { headers: { 'Min-Expires': '120' } }));
    registration.start();
    await clock.advance(4);
    state.answer = (incoming) => (incoming.request.expires === 120 ? granted(120)(incoming) : incoming.reply(423, { headers: { 'Min-Expires': '120' } }));
    await clock.advance(1_000);
    expect(heard.map(({ request }) => request.expires)).toEqual([60, 120]);
    expect(registration.registered).toBe(true);
  });

  it('tries on while nobody answers, says so once, and is found within seconds of signaling’s return (seed 4.1)', async () => {
    const { clock, heard, registration, state, lines } = setUp(silent);
    registration.start();
    await clock.advance(120_000);
    expect(registration.registered).toBe(false);
    expect(lines.filter((line) => line.startsWith('warn'))).toHaveLength(1);
    expect(lines[0]).toMatch(/^warn signaling does not answer .*; trying on$/);
    state.answer = granted(60);
    const before = heard.length;
    await clock.advance(32_000 + 4_100);
    expect(heard.length).toBeGreaterThan(before);
    expect(registration.registered).toBe(true);
    expect(lines.at(-1)).toMatch(/^info registered/);
  });

  it('says why it is refused, and does not pester', async () => {
    const { clock, heard, registration, lines } = setUp((incoming) => incoming.reply(403, { headers: { Warning: '399 signaling "the name is taken"' } }));
    registration.start();
    await clock.advance(60_000);
    expect(lines).toEqual(['warn signaling refuses our registration: 403 399 signaling "the name is taken"; trying on']);
    expect(heard.length).toBeGreaterThan(3);
    expect(heard.length).toBeLessThan(8);
  });

  it('heeds Retry-After', async () => {
    const { clock, heard, registration } = setUp((incoming) => incoming.reply(503, { headers: { 'Retry-After': '20' } }));
    registration.start();
    await clock.advance(19_900);
    expect(heard).toHaveLength(1);
    await clock.advance(1_000);
    expect(heard).toHaveLength(2);
  });
});

describe('when signaling was restarted and says 403 (seed 4.15)', () => {
  it('registers again at once', async () => {
    const { clock, heard, registration, forget } = setUp(granted(60));
    registration.start();
    await clock.advance(20_000);
    expect(heard).toHaveLength(1);
    forget(heard[0]!.request);
    await clock.advance(50);
    expect(heard).toHaveLength(2);
    expect(heard[1]!.request.cseq.number).toBe(2);
    expect(registration.registered).toBe(true);
  });

  it('does so once where the 403 is repeated, and refreshes in time afterwards', async () => {
    const { clock, heard, registration, forget } = setUp(granted(60));
    registration.start();
    await clock.advance(20_000);
    for (let copy = 0; copy < 10; copy++) forget(heard[0]!.request);
    await clock.advance(29_000);
    expect(heard).toHaveLength(2);
    await clock.advance(1_500);
    expect(heard).toHaveLength(3);
  });

  it('takes a REGISTER that still waits for its answer back, and sends a new one', async () => {
    const { clock, heard, registration, state, forget } = setUp(granted(60));
    registration.start();
    await clock.advance(20_000);
    state.answer = silent;
    await clock.advance(15_000);
    const stored = heard[0]!.request;
    state.answer = granted(60);
    forget(stored);
    await clock.advance(50);
    expect(registration.registered).toBe(true);
    expect(new Set(heard.map(({ request }) => request.cseq.number)).size).toBe(3);
  });

  it.each([
    ['another call’s', (text: string) => text.replace('the-call', 'another-call')],
    ['another’s', (text: string) => text.replace('the-tag', 'another-tag')],
    ['not a 403', (text: string) => text.replace('403', '404')],
    ['no answer to REGISTER', (text: string) => text.replace('REGISTER', 'OPTIONS')],
  ])('does nothing when the response is %s', async (_, change) => {
    const { clock, heard, registration, forget } = setUp(granted(60));
    registration.start();
    await clock.advance(20_000);
    forget(heard[0]!.request, change);
    await clock.advance(1_000);
    expect(heard).toHaveLength(1);
    expect(registration.registered).toBe(true);
  });
});

describe('beside many others', () => {
  it('waits for its turn, at the start and when signaling was restarted, however often that says so', async () => {
    const turns = [700, 900, 5_000];
    const { clock, heard, registration, forget } = setUp(granted(60), { pace: () => turns.shift() ?? 0 });
    registration.start();
    await clock.advance(600);
    expect(heard).toHaveLength(0);
    await clock.advance(10_000);
    expect(heard).toHaveLength(1);
    for (let copy = 0; copy < 5; copy++) forget(heard[0]!.request);
    await clock.advance(1_000);
    expect(heard).toHaveLength(2);
    expect(turns).toEqual([5_000]);
  });

  it('refreshes at no fixed interval', async () => {
    const { clock, heard, registration } = setUp(granted(60), { random: () => 1 });
    registration.start();
    await clock.advance(25_000);
    expect(heard.map(({ at }) => Math.round(at / 100) * 100)).toEqual([0, 24_000]);
  });

  it('tells what became of it, once', async () => {
    const states: string[] = [];
    const { clock, registration, state } = setUp((incoming) => incoming.reply(403), { onState: ({ state: now }) => states.push(now) });
    registration.start();
    await clock.advance(60_000);
    state.answer = granted(60);
    await clock.advance(120_000);
    state.answer = silent;
    await clock.advance(120_000);
    expect(states).toEqual(['refused', 'registered', 'unanswered']);
  });
});

describe('leaving', () => {
  it('takes us out of the directory, without a body', async () => {
    const { clock, heard, registration } = setUp(granted(60));
    registration.start();
    await clock.advance(100);
    await clock.until(registration.stop());
    expect(heard.at(-1)?.request.expires).toBe(0);
    expect(heard.at(-1)?.request.body).toHaveLength(0);
    await clock.advance(100_000);
    expect(heard).toHaveLength(2);
  });

  it('says goodbye while the answer to its REGISTER is still to come', async () => {
    const { clock, heard, registration } = setUp(silent);
    registration.start();
    await clock.advance(100);
    await clock.until(registration.stop());
    expect(heard.at(-1)?.request.expires).toBe(0);
  });

  it('does not wait for a signaling that is gone, nor says goodbye where it never was', async () => {
    const { clock, heard, registration, state } = setUp(granted(60));
    registration.start();
    await clock.advance(100);
    state.answer = silent;
    const began = clock.now();
    await clock.until(registration.stop());
    expect(clock.now() - began).toBeLessThanOrEqual(1_500);
    const never = setUp((incoming) => incoming.reply(403));
    never.registration.start();
    await never.clock.advance(1_000);
    await never.registration.stop();
    await never.clock.advance(4_000);
    expect(never.heard.every(({ request }) => request.expires === 60)).toBe(true);
    expect(heard).toHaveLength(2);
  });
});

describe('with two registrars', () => {
  it('registers at once at the other when the preferred one dies, and at the preferred again when that is back', async () => {
    const second = { host: '10.0.0.3', port: 5060 };
    const { clock, heard, registration, network, servers, registrarTransport } = setUp(granted(60), {}, (time) => new Servers({ domain: SIGNALING, known: [SIGNALING, second], clock: time }));
    const there: { at: number; callId: string; cseq: number }[] = [];
    const other = new Agent({ transport: network.attach(second), clock });
    other.handle('REGISTER', (incoming) => {
      there.push({ at: clock.now(), callId: incoming.request.callId, cseq: incoming.request.cseq.number });
      incoming.reply(200);
    });
    registration.start();
    await clock.advance(3_500);
    expect([heard.length, there.length]).toEqual([1, 0]);
    await registrarTransport.close();
    await clock.advance(3_000);
    expect(there).toEqual([{ at: 5_005, callId: 'the-call', cseq: 2 }]);
    expect(registration.registered).toBe(true);
    const back = new Agent({ transport: network.attach(SIGNALING), clock });
    const again: string[] = [];
    back.handle('REGISTER', (incoming) => {
      again.push(incoming.request.callId);
      incoming.reply(200);
    });
    await clock.advance(2_000);
    expect(again).toEqual(['the-call']);
    await clock.until(registration.stop());
    await clock.advance(10_000);
    expect(again).toEqual(['the-call', 'the-call']);
    servers?.close();
  });
});
