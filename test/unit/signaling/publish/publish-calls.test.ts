import { beforeEach, describe, expect, it } from 'vitest';
import type { Agent } from '../../../../shared/sip/agent/agent.ts';
import { CallRejectedError } from '../../../../shared/sip/agent/errors.ts';
import type { Answer } from '../../../../shared/sip/agent/outgoing-call.ts';
import { sipUri } from '../../../../shared/sip/message/uri.ts';
import { DAEMON, DAEMON_URI, Stage } from '../../../support/signaling/stage.ts';

const INGEST = { info: { kind: 'ingest' } };
const DOMAIN = '127.0.0.1';

describe('Whoever publishes', () => {
  let stage: Stage;
  let front: Agent;

  beforeEach(() => {
    stage = new Stage();
    front = stage.agent(5065);
  });

  /** A process that takes everybody, unless told otherwise. */
  async function ingest(name: string, port: number, status = 202): Promise<{ agent: Agent; asked: string[] }> {
    const agent = await stage.streamer(name, port, INGEST);
    const asked: string[] = [];
    agent.onCall((call) => {
      asked.push(call.request.uri);
      if (status === 202) void call.accept(202, 'v=0\r\n');
      else call.reject(status);
    });
    return { agent, asked };
  }

  function publish(name = 'live'): Promise<Answer> {
    const request = front.createRequest('INVITE', `sip:publish@${DOMAIN}:5060`, { from: `sip:ana@${DOMAIN}`, headers: { 'Sipcast-Publish': `name="${name}"` }, body: 'v=0\r\n', contentType: 'application/sdp' });
    return front.invite(request, { nextHop: DAEMON }).answered;
  }

  async function refused(): Promise<CallRejectedError> {
    const error: unknown = await stage.clock.until(publish()).catch((reason: unknown) => reason);
    if (!(error instanceof CallRejectedError)) throw new Error('not refused', { cause: error });
    return error;
  }

  async function register(agent: Agent, name: string, contactPort: number): Promise<number> {
    const aor = sipUri(name, DOMAIN);
    const request = agent.createRequest('REGISTER', DAEMON_URI, { from: aor, to: aor, headers: { Contact: `<${sipUri(name, DOMAIN, contactPort)}>`, Expires: '60' } });
    return (await stage.clock.until(agent.request(request, { nextHop: DAEMON }))).status;
  }

  it('comes to the process whose address has the fewest streamers, with the address that he called', async () => {
    const [one, two] = [await ingest('one', 9001), await ingest('two', 9002)];
    expect(await register(one.agent, 'ana live', 9001)).toBe(200);
    await stage.clock.until(publish());
    expect([one.asked, two.asked]).toEqual([[], [`sip:publish@${DOMAIN}:5060`]]);
    expect(stage.sessions()).toMatchObject([{ viewer: 'ana', streamer: 'two', kind: 'ingest', state: expect.stringMatching(/^(answer-received|connection-established)$/) as string }]);
  });

  it('goes on to the next process where one is silent for two seconds or full, and to no other where he is refused', async () => {
    await stage.raw(9001).register('mute', INGEST);
    await ingest('full', 9002, 503);
    const third = await ingest('third', 9003);
    const start = stage.clock.now();
    await stage.clock.until(publish());
    expect(third.asked).toHaveLength(1);
    expect(stage.clock.now() - start).toBeLessThan(2_500);
    const next = stage.clock.now();
    await stage.clock.until(publish('other'));
    expect(stage.clock.now() - next).toBeLessThan(200);
  });

  it('hears what the process says when it takes him not', async () => {
    const [one, two] = [await ingest('one', 9001, 403), await ingest('two', 9002, 403)];
    expect((await refused()).status).toBe(403);
    expect(one.asked.length + two.asked.length).toBe(1);
  });

  it('finds nobody where no such process is registered, and is told what to start', async () => {
    await stage.streamer('camera', 9001);
    const { status, response } = await refused();
    expect([status, response.headers.get('Warning')]).toEqual([480, expect.stringContaining('--publish')]);
  });

  it('is not listed, nor is the process', async () => {
    await ingest('one', 9001);
    const response = await stage.raw(9100).ask('OPTIONS', { headers: [['Accept', 'application/json']] });
    expect(JSON.parse(response.bodyText())).toEqual({ streamers: [], total: 0 });
  });

  it('calls a name that nobody can have', async () => {
    expect((await stage.raw(9001).register('publish', {})).status).toBe(403);
    expect((await stage.raw(9002).register('publishing', {})).status).toBe(200);
  });
});

describe('A name that is published', () => {
  it('is held by its address: neither can another take it there, nor can it take another’s', async () => {
    const stage = new Stage();
    await stage.raw(9001).register('one', INGEST);
    await stage.raw(9002).register('two', INGEST);
    const [one, two, camera] = [stage.raw(9003), stage.raw(9004), stage.raw(9005)];
    const at = (port: number, name: string) => ({ contacts: [`<${sipUri(name, DOMAIN, port)}>`] });
    const callId = (id: string) => ({ callId: id });
    expect((await one.register('live', { ...at(9001, 'live'), ...callId('a') })).status).toBe(200);
    expect((await two.register('live', { ...at(9002, 'live'), ...callId('b') })).status).toBe(403);
    expect((await camera.register('live', { ...at(9005, 'live'), ...callId('c') })).status).toBe(403);
    expect((await one.register('live', { ...at(9001, 'live'), ...callId('d') })).status).toBe(200);
    expect((await camera.register('camera', { ...at(9005, 'camera'), ...callId('e') })).status).toBe(200);
    expect((await one.register('camera', { ...at(9001, 'camera'), ...callId('f') })).status).toBe(403);
    // A streamer that was started again at another port is still itself.
    expect((await camera.register('camera', { ...at(9006, 'camera'), ...callId('g') })).status).toBe(200);
  });
});
