import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../../../shared/log/logger.ts';
import { SdpError } from '../../../../shared/sdp/index.ts';
import { CallRejectedError } from '../../../../shared/sip/index.ts';
import { CallDesk } from '../../../../streamer/call/call-desk.ts';
import { RELAY_PATH_HEADER, type Passage } from '../../../../streamer/call/relay-path.ts';
import { NotAcceptableError } from '../../../../streamer/call/viewer-connection.ts';
import { LocalShard } from '../../../../streamer/shard/local-shard.ts';
import { ShardUnavailableError } from '../../../../streamer/shard/shard.ts';
import { Fanout } from '../../../../streamer/fanout/fanout.ts';
import { agentPair, BOB_URI } from '../../../support/sip/pair.ts';
import { ManualSource, picture } from '../../../support/streamer/frames.ts';
import { ScriptedConnection } from '../../../support/streamer/scripted-connection.ts';

const SDP = { body: 'v=0\r\n', contentType: 'application/sdp' };

/** Bob is the streamer, Alice calls. */
function setUp({ maxViewers = 2, passage }: { maxViewers?: number; passage?: Passage } = {}) {
  const pair = agentPair();
  const source = new ManualSource();
  const fanout = new Fanout({ source, clock: pair.clock, wallClock: () => 0, random: () => 0 });
  const connections: ScriptedConnection[] = [];
  const state = { fail: undefined as Error | undefined, held: Promise.resolve() };
  const connect = async (offer: string) => {
    await state.held;
    if (state.fail) throw state.fail;
    const connection = new ScriptedConnection(offer);
    connections.push(connection);
    return connection;
  };
  const measured: (string | number)[] = [];
  const meter = { called: (result: string) => void measured.push(result), firstFrame: (milliseconds: number) => void measured.push(milliseconds) };
  const desk = new CallDesk({ meter, agent: pair.bob, shard: new LocalShard({ programme: fanout, connect }), maxViewers, log: silentLogger, ...(passage ? { passage } : {}) });
  const call = (options: object = SDP) => pair.alice.invite(pair.alice.createRequest('INVITE', BOB_URI, { from: 'sip:alice@10.0.0.1', ...options }));
  const watch = async () => {
    const { dialog, response } = await pair.clock.until(call().answered);
    await pair.clock.advance(50);
    return { dialog, response, connection: connections.at(-1)! };
  };
  const refused = async (options?: object) => {
    const error: unknown = await pair.clock.until<unknown>(call(options).answered.catch((cause: unknown) => cause));
    if (!(error instanceof CallRejectedError)) throw new Error('the call was not refused');
    return error.response;
  };
  return { ...pair, source, fanout, desk, connections, state, measured, call, watch, refused };
}

describe('a viewer’s call (seed 4.9)', () => {
  it('is answered with 202 and what he has to be told; media begins with his connection', async () => {
    const { source, fanout, desk, watch } = setUp();
    const { response, connection } = await watch();
    expect(response.status).toBe(202);
    expect(response.contentType).toBe('application/sdp');
    expect(response.body.toString()).toBe(connection.answer);
    expect(connection.offer).toBe(SDP.body);
    expect(fanout.viewers).toBe(0);
    connection.comeUp();
    source.emit(picture(0, { keyframe: true }));
    expect(connection.packets).toHaveLength(1);
    expect([desk.viewers, fanout.viewers]).toEqual([1, 1]);
  });

  it('is measured: what became of it, and how long until the first frame went out', async () => {
    const { clock, source, measured, watch, refused } = setUp({ maxViewers: 1 });
    const { connection } = await watch();
    connection.comeUp();
    await clock.advance(200);
    expect(measured).toEqual(['answered']);
    source.emit(picture(0, { keyframe: true }));
    source.emit(picture(0.04));
    await refused();
    expect(measured).toEqual(['answered', expect.any(Number), 'refused']);
    expect(measured[1]).toBeGreaterThanOrEqual(200);
  });

  it('is refused while the streamer drains, which is over when the last viewer has left', async () => {
    const { clock, desk, watch, refused } = setUp();
    const { dialog } = await watch();
    const drained = desk.drain(new AbortController().signal);
    expect((await refused()).status).toBe(503);
    expect(desk.viewers).toBe(1);
    await clock.until(dialog.bye());
    await clock.until(drained);
  });

  it('takes candidates that come later, and a restart of ICE by re-INVITE', async () => {
    const { clock, watch } = setUp();
    const { dialog, connection } = await watch();
    const fragment = { contentType: 'application/trickle-ice-sdpfrag', headers: { 'Info-Package': 'trickle-ice' } };
    const info = await clock.until(dialog.request('INFO', { ...fragment, body: 'm=audio 9 RTP/AVP 0\r\na=mid:0\r\na=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n' }));
    expect([info.status, connection.candidates]).toEqual([200, ['1 1 udp 1 192.0.2.1 9 typ host']]);
    expect((await clock.until(dialog.request('INFO', { body: '{}', contentType: 'application/json' }))).status).toBe(415);
    const restarted = await clock.until(dialog.request('INVITE', { ...SDP, body: 'another' }));
    expect([restarted.status, restarted.contentType, restarted.bodyText()]).toEqual([200, 'application/sdp', 'v=0\r\nthe answer to another\r\n']);
    expect((await clock.until(dialog.request('INVITE'))).bodyText()).toBe(connection.answer);
  });

  it('goes on as it was after a re-INVITE that would change more than ICE, or is no offer', async () => {
    const { clock, watch } = setUp();
    const { dialog, connection } = await watch();
    for (const error of [new SdpError('another number of sections'), new NotAcceptableError('nothing in common')]) {
      connection.renewalError = error;
      expect((await clock.until(dialog.request('INVITE', SDP))).status).toBe(488);
    }
    expect((await clock.until(dialog.request('INVITE', { body: '{}', contentType: 'application/json' }))).status).toBe(415);
    expect([dialog.ended, connection.closed]).toEqual([undefined, false]);
  });

  it('is independent of every other viewer’s', async () => {
    const { clock, source, fanout, watch } = setUp();
    const one = await watch();
    const two = await watch();
    one.connection.comeUp();
    two.connection.comeUp();
    await clock.until(one.dialog.bye());
    source.emit(picture(0, { keyframe: true }));
    expect([one.connection.closed, two.connection.closed]).toEqual([true, false]);
    expect([one.connection.packets.length, two.connection.packets.length]).toEqual([0, 1]);
    expect(fanout.viewers).toBe(1);
  });

  it('ends with his BYE, and everything is released (seed 4.17)', async () => {
    const { clock, fanout, desk, watch } = setUp();
    const { dialog, connection } = await watch();
    connection.comeUp();
    await clock.until(dialog.bye());
    await clock.advance(10);
    expect(connection.closed).toBe(true);
    expect([desk.viewers, fanout.viewers]).toEqual([0, 0]);
  });

  it('ends with our BYE when he vanished (seed 4.17)', async () => {
    const { clock, log, desk, fanout, watch } = setUp();
    const { dialog, connection } = await watch();
    connection.comeUp();
    connection.vanish('the viewer left');
    await clock.advance(50);
    expect(dialog.ended).toBe('remote-bye');
    expect(log().filter((line) => line.startsWith('bob BYE'))).toHaveLength(1);
    expect(connection.closed).toBe(true);
    expect([desk.viewers, fanout.viewers]).toEqual([0, 0]);
  });

  it('whose media never comes up ends with a BYE that says why', async () => {
    const { clock, watch } = setUp();
    const { dialog, connection } = await watch();
    expect(connection.deliveries, 'the answer has arrived').toBe(1);
    connection.diagnosis = { id: 'no-udp', sentence: 'No UDP arrived.', report: { who: 'the viewer', offered: [], answered: [], checks: { received: 0, from: [], sent: 0, answered: 0 }, nominated: false, dtls: 'not-begun' } };
    connection.vanish('the viewer never connected');
    await clock.advance(50);
    expect(dialog.byeReason).toBe('SIP;cause=408;text="no-udp: No UDP arrived."');
  });

  it('that is cancelled gets 487 and leaves nothing behind (seed 4.17)', async () => {
    const { clock, desk, connections, state, call } = setUp();
    let release: () => void = () => undefined;
    state.held = new Promise((resolve) => (release = resolve));
    const outgoing = call();
    const outcome = outgoing.answered.catch((error: unknown) => error);
    await clock.advance(20);
    outgoing.cancel();
    await clock.advance(50);
    release();
    await clock.advance(50);
    expect(await outcome).toBeInstanceOf(Error);
    expect(connections.map(({ closed }) => closed)).toEqual([true]);
    expect(desk.viewers).toBe(0);
  });

  it('that nobody acknowledges is ended after 64·T1', async () => {
    const { clock, network, desk, fanout, connections, call } = setUp();
    void call().answered.catch(() => undefined);
    const carry = network.carry.bind(network);
    network.carry = (datagram, from, to) => {
      if (!datagram.toString().startsWith('ACK')) carry(datagram, from, to);
    };
    await clock.advance(200);
    connections[0]?.comeUp();
    expect(fanout.viewers).toBe(1);
    await clock.advance(33_000);
    expect(connections[0]?.closed).toBe(true);
    expect([desk.viewers, fanout.viewers]).toEqual([0, 0]);
  });

  it('is executed once, though its INVITE is retransmitted', async () => {
    const { clock, connections, state, call, desk } = setUp();
    let release: () => void = () => undefined;
    state.held = new Promise((resolve) => (release = resolve));
    const { answered } = call();
    await clock.advance(3_000);
    release();
    await clock.until(answered);
    expect(connections).toHaveLength(1);
    expect(desk.viewers).toBe(1);
  });
});

describe('a call that is refused', () => {
  it('gets 486 and Retry-After where all places are taken, until one is free', async () => {
    const { clock, refused, watch } = setUp({ maxViewers: 1 });
    const first = await watch();
    const response = await refused();
    expect([response.status, response.headers.get('Retry-After')]).toEqual([486, '10']);
    await clock.until(first.dialog.bye());
    await clock.advance(10);
    expect((await watch()).response.status).toBe(202);
  });

  it('gets 482 where its Call-ID already watches', async () => {
    const { clock, desk, call, refused } = setUp();
    await clock.until(call({ ...SDP, callId: 'one' }).answered);
    expect((await refused({ ...SDP, callId: 'one' })).status).toBe(482);
    expect(desk.viewers).toBe(1);
  });

  it.each([
    ['no offer', {}, 400],
    ['another kind of body', { body: 'hello', contentType: 'text/plain' }, 415],
  ])('gets its status for %s', async (_, options, status) => {
    const { refused, connections } = setUp();
    const response = await refused(options);
    expect(response.status).toBe(status);
    if (status === 415) expect(response.headers.get('Accept')).toBe('application/sdp');
    expect(connections).toHaveLength(0);
  });

  it.each([
    ['an SDP that is none', new SdpError('SDP line 3 is "odd" – malformed'), 400],
    ['no common codec', new NotAcceptableError('The offer takes none of VP8, opus'), 488],
    ['no thread to serve him', new ShardUnavailableError('No worker is there to answer the offer'), 503],
    ['a fault of ours', new Error('EMFILE'), 500],
  ])('gets its status for %s, with a reason that a person can read', async (_, error, status) => {
    const { refused, state, desk } = setUp();
    state.fail = error;
    const response = await refused();
    expect(response.status).toBe(status);
    if (status !== 500) expect(response.headers.get('Warning')).toMatch(/^399 sipcast "[ !#-[\]-~]*"$/);
    expect(desk.viewers).toBe(0);
  });
});

describe('closing the desk', () => {
  it('says BYE to all and releases all; who calls then hears 503', async () => {
    const { clock, log, fanout, desk, watch, refused } = setUp();
    const viewers = [await watch(), await watch()];
    for (const { connection } of viewers) connection.comeUp();
    await desk.close();
    await clock.advance(100);
    expect(viewers.map(({ dialog }) => dialog.ended)).toEqual(['remote-bye', 'remote-bye']);
    expect(viewers.every(({ connection }) => connection.closed)).toBe(true);
    expect(log().filter((line) => line.startsWith('bob BYE'))).toHaveLength(2);
    expect(fanout.viewers).toBe(0);
    expect((await refused()).status).toBe(503);
  });
});

describe('a relay that calls', () => {
  const passage: Passage = { path: () => [{ id: 'origin', onDemand: false }] };
  const calling = (name: string) => ({ ...SDP, headers: { [RELAY_PATH_HEADER]: name } });

  it('is told in the answer whom the stream comes from', async () => {
    const { clock, call } = setUp({ passage });
    const { response } = await clock.until(call(calling('relay')).answered);
    expect(response.headers.get(RELAY_PATH_HEADER)).toBe('origin');
  });

  it('is refused, with a sentence, where it would get back what it sends', async () => {
    const { refused, measured, desk } = setUp({ passage });
    const response = await refused(calling('origin'));
    expect([response.status, response.headers.get('Warning')]).toEqual([482, '399 sipcast "what is streamed here comes from origin itself, by origin"']);
    expect(measured).toEqual(['refused']);
    expect(desk.viewers).toBe(0);
  });
});
