import { beforeEach, describe, expect, it } from 'vitest';
import type { Address } from '../../../../shared/sip/transport/transport.ts';
import { Location } from '../../../../signaling/registrar/location.ts';
import { Registrar } from '../../../../signaling/registrar/registrar.ts';
import { Refusal } from '../../../../signaling/reply.ts';
import type { Reply } from '../../../../signaling/reply.ts';
import { register, type RegisterOptions } from '../../../support/signaling/requests.ts';
import { VolatileDirectory, VolatileStore } from '../../../support/signaling/volatile-directory.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';

const EPOCH = Date.UTC(2030, 0, 1);
const at = (port: number, host = '127.0.0.1'): Address => ({ host, port });

describe('Replicas at the registrar', () => {
  let clock: VirtualClock;
  let directory: VolatileDirectory;
  let store: VolatileStore;
  let registrar: Registrar;

  beforeEach(() => {
    clock = new VirtualClock();
    store = new VolatileStore();
    directory = new VolatileDirectory(clock, store);
    const now = (): number => EPOCH + clock.now();
    registrar = new Registrar({ directory, location: new Location(directory, now), now });
  });

  const contact = (port: number, id: string, parameters = ';load=0.2;capacity=250'): string => `<sip:camera@127.0.0.1:${port}>;+sip.instance="<urn:uuid:${id}>"${parameters}`;

  /** @param id undefined for a streamer that is no replica */
  function send(port: number, id: string | undefined, { identity, ...options }: RegisterOptions & { identity?: string } = {}): Promise<Reply> {
    const contacts = [id === undefined ? `<sip:camera@127.0.0.1:${port}>` : contact(port, id)];
    return clock.until(registrar.register(register('camera', { callId: `${id} at ${port}`, contacts, via: `127.0.0.1:${port}`, expires: 60, ...options }), at(port), identity));
  }

  async function refusal(sent: Promise<Reply>): Promise<number> {
    const error: unknown = await sent.catch((reason: unknown) => reason);
    if (!(error instanceof Refusal)) throw new Error(`not refused: ${String(error)}`);
    return error.status;
  }

  const ports = (): (number | undefined)[] => (directory.streamers.get('camera')?.bindings ?? []).map(({ address }) => address.port);

  it('stand beside each other, also on one host, and what they say is kept', async () => {
    for (const [port, id] of [[9001, 'a'], [9002, 'b'], [9003, 'c']] as const) await send(port, id);
    expect(ports()).toEqual([9001, 9002, 9003]);
    expect(directory.streamers.get('camera')?.bindings[1]).toMatchObject({ instance: 'urn:uuid:b', load: 0.2, capacity: 250 });
    expect(store.streamers[0]?.bindings).toHaveLength(3);
  });

  it('are each told of themselves alone', async () => {
    await send(9001, 'a');
    const { headers } = await send(9002, 'b');
    expect(headers).toEqual([['Contact', '<sip:camera@127.0.0.1:9002>;expires=60;+sip.instance="<urn:uuid:b>"']]);
  });

  it('replace themselves when they are started again, at whatever address', async () => {
    await send(9001, 'a');
    await send(9002, 'b');
    await send(9009, 'a');
    expect(ports().sort()).toEqual([9002, 9009]);
    await send(9002, 'b', { callId: 'another life' });
    expect(directory.streamers.get('camera')?.bindings.map(({ callId }) => callId).sort()).toEqual(['a at 9009', 'another life']);
  });

  it('leave one by one', async () => {
    await send(9001, 'a');
    await send(9002, 'b');
    await send(9001, 'a', { cseq: 2, expires: 0 });
    expect(ports()).toEqual([9002]);
    await send(9002, 'b', { cseq: 2, expires: 0 });
    expect(directory.streamers.get('camera')).toBeUndefined();
  });

  it('take the place of a streamer that was none, and are not driven away by one', async () => {
    await send(9000, undefined);
    await send(9001, 'a');
    expect(ports()).toEqual([9001]);
    await send(9000, undefined, { callId: 'plain' });
    expect(ports().sort()).toEqual([9000, 9001]);
  });

  it('are of one identity: another’s is refused', async () => {
    await send(9001, 'a', { identity: 'camera' });
    expect(await refusal(send(9002, 'b', { identity: 'other' }))).toBe(403);
    await send(9002, 'b', { identity: 'camera' });
    expect(ports()).toEqual([9001, 9002]);
  });

  it('say that their load is another without a write for each', async () => {
    await send(9001, 'a');
    const writes = store.streamers;
    const reply = registrar.register(register('camera', { callId: 'a at 9001', contacts: [contact(9001, 'a', ';load=0.9;capacity=250')], cseq: 2, expires: 60 }), at(9001), undefined);
    expect((await reply).status).toBe(200);
    expect(store.streamers, 'not waited for').toBe(writes);
    expect(directory.streamers.get('camera')?.bindings[0].load).toBe(0.9);
  });

  it('are at most a hundred', async () => {
    for (let index = 0; index < 100; index++) await send(10_000 + index, `r${index}`);
    expect(await refusal(send(20_000, 'one more'))).toBe(403);
    expect(ports()).toHaveLength(100);
  });

  it('refuses what makes no sense', async () => {
    for (const parameters of [';capacity=0', ';capacity=many', ';capacity', ';capacity=10;load=2', ';capacity=10;load=x', ';capacity=10;load=-1']) {
      expect(await refusal(send(9001, 'a', { contacts: [contact(9001, 'a', parameters)] })), parameters).toBe(400);
    }
    expect(await refusal(send(9001, 'a', { contacts: ['<sip:camera@127.0.0.1:9001>;+sip.instance="bare";capacity=1'] }))).toBe(400);
  });

  it('does not take a phone for one, which tells its instance but no capacity', async () => {
    await send(9001, 'a', { contacts: ['<sip:camera@127.0.0.1:9001>;+sip.instance="<urn:uuid:phone>"'] });
    expect(directory.streamers.get('camera')?.bindings[0]).not.toHaveProperty('instance');
  });

  it('return after a restart one by one, and none drives out those that have yet to', async () => {
    await send(9001, 'a');
    await send(9002, 'b');
    const camera = directory.streamers.get('camera');
    if (camera) directory.streamers.putLazily({ ...camera, forgotten: true });
    await send(9002, 'b', { cseq: 2 });
    expect(ports().sort()).toEqual([9001, 9002]);
    expect(directory.streamers.get('camera')?.forgotten).toBe(false);
  });
});
