import { inflateSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { Agent } from '../../../../shared/sip/agent/agent.ts';
import type { Subscription } from '../../../../shared/sip/subscription/subscription.ts';
import { SubscriptionRejectedError } from '../../../../shared/sip/subscription/subscription.ts';
import type { DaemonOptions } from '../../../../signaling/daemon.ts';
import { DAEMON_URI, Stage, STARTED_AT } from '../../../support/signaling/stage.ts';

interface Batch {
  from: number;
  dropped: number;
  parties?: Record<string, { name: string; kind: string }>;
  messages: { at: number; source: string; target: string; lost?: true; bytes?: number; raw: string }[];
}

const SECRET = 'a secret of services';
const stages: Stage[] = [];
afterEach(async () => {
  for (const stage of stages.splice(0)) await stage.die();
});

function newStage(options: Partial<DaemonOptions> = {}): Stage {
  const stage = new Stage(options);
  stages.push(stage);
  return stage;
}

/** Somebody who reads along. */
class Reader {
  readonly batches: Batch[] = [];
  readonly ended: string[] = [];
  readonly sizes: number[] = [];
  readonly subscription: Subscription;
  readonly #stage: Stage;

  constructor(stage: Stage, agent: Agent, headers: [string, string][] = [['Accept-Encoding', 'deflate']]) {
    this.#stage = stage;
    this.subscription = agent.subscribe(agent.createRequest('SUBSCRIBE', DAEMON_URI, { from: 'sip:front@127.0.0.1', headers: [['Event', 'trace'], ['Expires', '60'], ...headers] }));
    this.subscription.onNotify((notify) => {
      if (notify.body.length === 0) return;
      const packed = notify.headers.get('Content-Encoding') === 'deflate';
      this.batches.push(JSON.parse((packed ? inflateSync(notify.body) : notify.body).toString()) as Batch);
      this.sizes.push(notify.body.length);
    });
    this.subscription.onTerminated((reason) => this.ended.push(reason));
  }

  static async begin(stage: Stage, agent: Agent = stage.agent(5065)): Promise<Reader> {
    const reader = new Reader(stage, agent);
    await stage.clock.until(reader.subscription.established);
    await stage.clock.advance(200);
    return reader;
  }

  get messages(): Batch['messages'] {
    return this.batches.flatMap(({ messages }) => messages);
  }

  /** First lines. */
  get lines(): string[] {
    return this.messages.map(({ raw }) => raw.split('\r\n', 1)[0]!);
  }

  lose(): Promise<unknown> {
    return this.#stage.clock.until(this.subscription.refresh({ body: '{"lose":1}', contentType: 'application/json' }));
  }
}

describe('the event package trace', () => {
  it('tells of every message that passes, with when, whence and whither, and who is there', async () => {
    const stage = newStage();
    const reader = await Reader.begin(stage);
    expect(reader.batches).toEqual([{ from: 0, dropped: 0, messages: [] }]);
    await stage.streamer('camera', 9997);
    await stage.clock.advance(200);
    expect(reader.lines).toEqual([expect.stringMatching(/^REGISTER sip:127.0.0.1/), 'SIP/2.0 200 OK']);
    expect(reader.messages.map(({ source, target }) => [source, target])).toEqual([['127.0.0.1:9997', '127.0.0.1:5060'], ['127.0.0.1:5060', '127.0.0.1:9997']]);
    expect(reader.messages.every(({ at, lost, bytes }) => at > STARTED_AT && at < STARTED_AT + 1000 && lost === undefined && bytes === undefined)).toBe(true);
    const known = Object.assign({}, ...reader.batches.map(({ parties }) => parties)) as object;
    expect(known).toEqual({ '127.0.0.1:5060': { name: 'signaling', kind: 'signaling' }, '127.0.0.1:9997': { name: 'camera', kind: 'streamer' } });
  });

  it('never tells of its own dialogs, be they of another front or refused', async () => {
    const stage = newStage();
    const reader = await Reader.begin(stage);
    await Reader.begin(stage, stage.agent(5066));
    const fool = stage.raw(5070);
    await fool.ask('SUBSCRIBE', { headers: [['o', 'trace'], ['Contact', '<sip:a@127.0.0.1>'], ['Accept', 'text/plain']] });
    await stage.clock.advance(30_000);
    expect(reader.lines).toEqual([]);
    await fool.ask('OPTIONS');
    await stage.clock.advance(200);
    expect(reader.lines).toEqual([expect.stringMatching(/^OPTIONS /), 'SIP/2.0 200 OK']);
  });

  it('puts what comes within 100 ms together, compressed into one datagram where that is possible', async () => {
    const stage = newStage();
    const reader = await Reader.begin(stage);
    const notifies = reader.batches.length;
    const client = stage.raw(5070);
    for (let call = 0; call < 40; call++) await client.ask('OPTIONS', { callId: `call-${call}` });
    await stage.clock.advance(1000);
    expect(reader.messages).toHaveLength(80);
    expect(reader.batches.length - notifies).toBeLessThanOrEqual(14);
    expect(Math.max(...reader.sizes)).toBeLessThanOrEqual(840);
    expect(stage.network.sent.filter(({ datagram }) => datagram.toString().startsWith('NOTIFY')).every(({ datagram }) => datagram.length <= 1300)).toBe(true);
    expect(reader.batches.map(({ from, messages }) => from + messages.length)).toEqual([...reader.batches.slice(1).map(({ from }) => from), 80]);
  });

  it('counts what is more than 200 a second, and tells the beginning of what is long', async () => {
    const stage = newStage();
    const reader = await Reader.begin(stage);
    const client = stage.raw(5070);
    const flood = Buffer.from('no SIP at all');
    for (let datagram = 0; datagram < 500; datagram++) client.send(flood);
    await stage.clock.advance(5_000);
    expect(reader.messages).toHaveLength(200);
    expect(reader.batches.reduce((sum, { dropped }) => sum + dropped, 0)).toBe(300);
    client.send(Buffer.alloc(40_000, 'x'));
    await stage.clock.advance(500);
    expect(reader.messages.at(-1)).toMatchObject({ bytes: 40_000, raw: 'x'.repeat(16_384) });
  });

  it('keeps a bounded number for a reader who does not answer, who is told how many he has missed', async () => {
    const stage = newStage();
    const reader = await Reader.begin(stage);
    let silent = true;
    const { daemon } = stage;
    const original = daemon.layer.transport.send.bind(daemon.layer.transport);
    // The way to the reader is cut.
    daemon.layer.transport.send = (datagram, to) => {
      if (!(silent && to.port === 5065)) original(datagram, to);
    };
    const client = stage.raw(5070);
    for (let second = 0; second < 10; second++) {
      for (let datagram = 0; datagram < 190; datagram++) client.send(Buffer.from(`no SIP ${second} ${datagram}`));
      await stage.clock.advance(1000);
    }
    silent = false;
    await stage.clock.advance(10_000);
    const dropped = reader.batches.reduce((sum, { dropped: more }) => sum + more, 0);
    expect(reader.messages.length + dropped).toBe(1900);
    expect(dropped).toBeGreaterThan(500);
    expect(reader.messages.at(-1)?.raw).toBe('no SIP 9 189');
  });

  it('throws away the next datagram when asked, which is sent again by SIP’s own timers', async () => {
    const stage = newStage();
    const reader = await Reader.begin(stage);
    expect(await reader.lose()).toMatchObject({ status: 200 });
    const agent = stage.agent(5070);
    const answer = await stage.clock.until(agent.request(agent.createRequest('OPTIONS', DAEMON_URI, { from: 'sip:a@b' })));
    expect(answer.status).toBe(200);
    await stage.clock.advance(300);
    expect(reader.messages.map(({ raw, lost }) => [raw.slice(0, 7), lost ?? false])).toEqual([['OPTIONS', false], ['SIP/2.0', true], ['OPTIONS', false], ['SIP/2.0', false]]);
    const [asked, , again] = reader.messages;
    expect(again!.raw).toBe(asked!.raw);
    expect(again!.at - asked!.at).toBeGreaterThanOrEqual(500);
  });

  it.each([
    ['{"lose":2}', 'application/json', 400], ['{"lose":1,"x":1}', 'application/json', 400], ['lose', 'application/json', 400], ['{"lose":1}', 'text/plain', 415],
  ])('takes no other wish: %s as %s is %i', async (body, contentType, status) => {
    const stage = newStage();
    const reader = await Reader.begin(stage);
    expect(await stage.clock.until(reader.subscription.refresh({ body, contentType }))).toMatchObject({ status });
    expect(reader.ended).toEqual([]);
  });

  it('sends it as it is to whoever cannot unpack', async () => {
    const stage = newStage();
    const reader = new Reader(stage, stage.agent(5065), []);
    await stage.clock.advance(100);
    await stage.raw(5070).ask('OPTIONS');
    await stage.clock.advance(300);
    expect(reader.lines).toHaveLength(2);
  });

  it('looks at nothing while nobody reads', async () => {
    const stage = newStage();
    const reader = await Reader.begin(stage);
    await stage.clock.until(reader.subscription.end());
    await stage.clock.advance(100);
    const sent = stage.network.sent.length;
    await stage.raw(5070).ask('OPTIONS');
    await stage.clock.advance(100);
    expect(stage.network.sent.length - sent).toBe(2);
    const late = await Reader.begin(stage, stage.agent(5066));
    expect(late.batches).toMatchObject([{ dropped: 0, messages: [] }]);
  });

  it('tells its readers of a restart, who subscribe anew', async () => {
    const stage = newStage();
    const reader = await Reader.begin(stage);
    await stage.restart();
    await stage.clock.advance(1000);
    expect(reader.ended).toEqual(['deactivated']);
  });

  it('is for fronts alone, where there is a secret', async () => {
    const stage = newStage({ secret: SECRET });
    const streamer = stage.agent(5070, { credentials: { username: 'camera', password: SECRET } });
    const refused = new Reader(stage, streamer);
    await expect(stage.clock.until(refused.subscription.established)).rejects.toThrow(SubscriptionRejectedError);
    await expect(refused.subscription.established).rejects.toMatchObject({ status: 403 });
    const reader = await Reader.begin(stage, stage.agent(5065, { credentials: { username: 'front', password: SECRET } }));
    await stage.raw(5071).ask('REGISTER', { headers: [['Authorization', 'Digest username="x", realm="sipcast", nonce="n", uri="sip:a", response="5ec4e7"']] });
    await stage.clock.advance(300);
    expect(reader.lines[0]).toMatch(/^REGISTER/);
    expect(reader.messages[0]!.raw).toContain('response="000000"');
  });
});
