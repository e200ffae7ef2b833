import { beforeEach, describe, expect, it } from 'vitest';
import type { Agent } from '../../../../shared/sip/agent/agent.ts';
import { CallRejectedError } from '../../../../shared/sip/agent/errors.ts';
import type { Dialog } from '../../../../shared/sip/dialog/dialog.ts';
import { sipUri } from '../../../../shared/sip/message/uri.ts';
import { isActive } from '../../../../signaling/directory/entries.ts';
import { DAEMON, Stage } from '../../../support/signaling/stage.ts';

const OFFER = 'v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n';
const CAPACITY = 10;

interface Replica {
  readonly port: number;
  readonly agent: Agent;
  readonly dialogs: Dialog[];
  answer: 'yes' | number;
}

describe('Calls to a name with replicas', () => {
  let stage: Stage;
  let front: Agent;

  beforeEach(() => {
    stage = new Stage({ chance: () => 0 });
    front = stage.agent(5065);
  });

  const contact = (port: number, parameters = ''): string => `<sip:camera@127.0.0.1:${port}>;+sip.instance="<urn:uuid:${port}>";capacity=${CAPACITY}${parameters}`;

  async function replica(port: number, parameters = ''): Promise<Replica> {
    const agent = await stage.streamer('camera', port, { contacts: [contact(port, parameters)] });
    const made: Replica = { port, agent, dialogs: [], answer: 'yes' };
    agent.onCall(async (incoming) => {
      if (made.answer === 'yes') made.dialogs.push(await incoming.accept(202, OFFER));
      else incoming.reject(made.answer);
    });
    return made;
  }

  /** @returns how long the answer took, in ms */
  async function call(from: string): Promise<number> {
    const began = stage.clock.now();
    const uri = sipUri('camera', DAEMON.host, DAEMON.port);
    const outgoing = front.invite(front.createRequest('INVITE', uri, { from: `sip:${from}@127.0.0.1`, body: OFFER, contentType: 'application/sdp' }), { nextHop: DAEMON });
    await stage.clock.until(outgoing.answered);
    await stage.clock.advance(10);
    return stage.clock.now() - began - 10;
  }

  async function statusOf(from: string): Promise<number> {
    const error: unknown = await call(from).catch((reason: unknown) => reason);
    return error instanceof CallRejectedError ? error.status : 0;
  }

  const activePorts = (): (number | undefined)[] => stage.sessions().filter(isActive).map(({ streamerAddress }) => streamerAddress?.port);
  const counts = (...replicas: Replica[]): number[] => replicas.map(({ dialogs }) => dialogs.length);

  it('are spread, one to each', async () => {
    const all = [await replica(9001), await replica(9002), await replica(9003)];
    for (let index = 0; index < 12; index++) await call(`v${index}`);
    expect(counts(...all)).toEqual([4, 4, 4]);
    expect(activePorts().sort()).toEqual([9001, 9001, 9001, 9001, 9002, 9002, 9002, 9002, 9003, 9003, 9003, 9003]);
  });

  it('go to whoever says that he has less to do, until we know better', async () => {
    const [busy, idle] = [await replica(9001, ';load=0.3'), await replica(9002)];
    for (let index = 0; index < 5; index++) await call(`v${index}`);
    expect(counts(busy, idle)).toEqual([2, 3]);
  });

  it('go on to the next where one is full, at once', async () => {
    const [full, other] = [await replica(9001), await replica(9002, ';load=0.5')];
    for (const status of [486, 503, 480]) {
      full.answer = status;
      expect(await call(`v${status}`)).toBeLessThan(50);
    }
    expect(counts(full, other)).toEqual([0, 3]);
    expect(activePorts()).toEqual([9002, 9002, 9002]);
  });

  it('are refused where all are full, and where the call itself is at fault', async () => {
    const [one, other] = [await replica(9001), await replica(9002)];
    one.answer = 486;
    other.answer = 486;
    expect(await statusOf('a')).toBe(486);
    one.answer = 488;
    other.answer = 'yes';
    expect(await statusOf('b')).toBe(488);
    expect(counts(other)).toEqual([0]);
  });

  it('go on after 400 ms where one is silent, and no longer go there first, until it registers', async () => {
    const dead = stage.raw(9001);
    const register = { contacts: [contact(9001)], callId: 'of the dead' };
    await dead.register('camera', register);
    const other = await replica(9002, ';load=0.5');
    const waited = await call('a');
    expect(waited).toBeGreaterThanOrEqual(400);
    expect(waited).toBeLessThan(450);
    expect(activePorts()).toEqual([9002]);
    expect(await call('b')).toBeLessThan(50);
    expect((await dead.register('camera', { ...register, cseq: 2 })).status).toBe(200);
    expect(await call('c'), 'it is asked again').toBeGreaterThanOrEqual(400);
    expect(counts(other)).toEqual([3]);
  });

  it('are given up after two seconds more where the last of several is silent as well: who calls had better call again', async () => {
    for (const port of [9001, 9002]) await stage.raw(port).register('camera', { contacts: [contact(port)], callId: `of ${port}` });
    const began = stage.clock.now();
    expect(await statusOf('a')).toBe(408);
    expect(stage.clock.now() - began).toBeGreaterThanOrEqual(2400);
    expect(stage.clock.now() - began).toBeLessThan(2500);
  });

  it('of who calls again within ten seconds go elsewhere, if they can', async () => {
    const [first, other] = [await replica(9001), await replica(9002, ';load=0.5')];
    await call('ana');
    await call('ana');
    expect(counts(first, other), 'his first call may go on still').toEqual([1, 1]);
    for (const dialog of [...first.dialogs, ...other.dialogs]) await stage.clock.until(dialog.bye());
    await stage.clock.advance(5_000);
    await call('ana');
    expect(counts(first, other), 'he was at the other').toEqual([2, 1]);
    await stage.clock.until(first.dialogs[1]!.bye());
    await stage.clock.advance(11_000);
    await call('ana');
    expect(counts(first, other), 'that is long ago').toEqual([3, 1]);
    await stage.clock.until(first.dialogs[2]!.bye());
    other.answer = 486;
    await call('ana');
    expect(counts(first, other), 'better there than nowhere').toEqual([4, 1]);
  });

  it('end with the replica that leaves, or is started again, and not with others', async () => {
    const [one, two] = [await replica(9001), await replica(9002)];
    await call('a');
    await call('b');
    expect(counts(one, two)).toEqual([1, 1]);
    const leave = one.agent.createRequest('REGISTER', 'sip:127.0.0.1:5060', { from: 'sip:camera@127.0.0.1', to: 'sip:camera@127.0.0.1', headers: { Contact: contact(9001), Expires: '0' } });
    await stage.clock.until(one.agent.request(leave, { nextHop: DAEMON }));
    expect(activePorts()).toEqual([9002]);
    const next = two.agent.createRequest('REGISTER', 'sip:127.0.0.1:5060', { from: 'sip:camera@127.0.0.1', to: 'sip:camera@127.0.0.1', headers: { Contact: contact(9002), Expires: '60' } });
    await stage.clock.until(two.agent.request(next, { nextHop: DAEMON }));
    expect(activePorts(), 'another Call-ID: another life, though at the same address').toEqual([]);
  });

  it('go on through a restart of the daemon, whichever replica returns first', async () => {
    const replicas = [await replica(9001), await replica(9002)];
    for (const from of ['a', 'b']) await call(from);
    await stage.clock.advance(5_000);
    await stage.die();
    stage.start();
    await stage.clock.advance(100);
    const [one] = replicas;
    const again = one!.agent.createRequest('REGISTER', 'sip:127.0.0.1:5060', { from: 'sip:camera@127.0.0.1', to: 'sip:camera@127.0.0.1', headers: { Contact: contact(9001), Expires: '60' } });
    await stage.clock.until(one!.agent.request(again, { nextHop: DAEMON }));
    expect(activePorts()).toContain(9002);
    expect(stage.directory.streamers.get('camera')?.bindings.map(({ address }) => address.port).sort()).toEqual([9001, 9002]);
    await call('c');
    await call('d');
    expect(counts(...replicas)).toEqual([2, 2]);
  });

  it('of another method than INVITE reach one of them', async () => {
    const heard: number[] = [];
    for (const port of [9001, 9002]) {
      const { agent } = await replica(port);
      agent.handle('MESSAGE', (incoming) => {
        heard.push(port);
        incoming.reply(200);
      });
    }
    const message = front.createRequest('MESSAGE', sipUri('camera', DAEMON.host, DAEMON.port), { from: 'sip:ana@127.0.0.1', body: 'hello', contentType: 'text/plain' });
    expect((await stage.clock.until(front.request(message, { nextHop: DAEMON }))).status).toBe(200);
    expect(heard).toHaveLength(1);
  });
});
