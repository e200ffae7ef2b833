import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { SipRequest } from '../../../../shared/sip/message/message.ts';
import { SipSyntaxError } from '../../../../shared/sip/message/syntax-error.ts';
import type { Address } from '../../../../shared/sip/transport/transport.ts';
import { DirectoryConflictError, DirectoryWriteError } from '../../../../signaling/directory/directory.ts';
import type { Streamer } from '../../../../signaling/directory/entries.ts';
import { Expiry } from '../../../../signaling/registrar/expiry.ts';
import { Location } from '../../../../signaling/registrar/location.ts';
import { DEFAULT_REGISTRAR_LIMITS, Registrar } from '../../../../signaling/registrar/registrar.ts';
import { Refusal } from '../../../../signaling/reply.ts';
import type { Reply } from '../../../../signaling/reply.ts';
import { binding, streamer } from '../../../support/signaling/entries.ts';
import { register, request } from '../../../support/signaling/requests.ts';
import { VolatileDirectory, VolatileStore } from '../../../support/signaling/volatile-directory.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';

const HERE: Address = { host: '127.0.0.1', port: 9997 };
const ELSEWHERE: Address = { host: '127.0.0.2', port: 9997 };
const EPOCH = Date.UTC(2030, 0, 1);

describe('The registrar', () => {
  let clock: VirtualClock;
  let store: VolatileStore;
  let directory: VolatileDirectory;
  let location: Location;
  let registrar: Registrar;

  beforeEach(() => {
    clock = new VirtualClock();
    store = new VolatileStore();
    directory = new VolatileDirectory(clock, store);
    const now = (): number => EPOCH + clock.now();
    location = new Location(directory, now);
    registrar = new Registrar({ directory, location, now, limits: { ...DEFAULT_REGISTRAR_LIMITS, maxStreamers: 3 } });
  });

  function send(message: SipRequest, source: Address = HERE, identity?: string): Promise<Reply> {
    return clock.until(registrar.register(message, source, identity));
  }

  async function refusal(message: SipRequest, source: Address = HERE, identity?: string): Promise<Refusal> {
    const error: unknown = await send(message, source, identity).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof Refusal)) throw new Error(`not refused: ${String(error)}`, { cause: error });
    return error;
  }

  function contactsOf(reply: Reply): string[] {
    return (reply.headers ?? []).filter(([name]) => name === 'Contact').map(([, value]) => value);
  }

  it('answers 200 once the streamer is on disk, with what it says of itself (seeds 4.10, 4.18)', async () => {
    const info = { title: 'Cámara <1>', description: 'La plaza', image: '/images/plaza.svg', codecs: { audio: ['opus'], video: ['VP8'] }, mode: 'vod' as const, renditions: ['720p', '360p'] };
    const reply = await send(register('camera', { expires: 60, info }));
    expect(reply.status).toBe(200);
    expect(contactsOf(reply)).toEqual(['<sip:camera@127.0.0.1:9997>;expires=60']);
    expect(store.streamers).toMatchObject([{ name: 'camera', info, bindings: [{ address: HERE, expiresAt: EPOCH + 60_000 }] }]);
  });

  describe('when another daemon that shares the directory came first', () => {
    /** The first attempt is in vain: by then the table has what the other made of the name. */
    function cameFirst(other: Streamer): void {
      vi.spyOn(directory.streamers, 'put').mockImplementationOnce(() => {
        directory.streamers.putLazily(other);
        return Promise.reject(new DirectoryConflictError('another daemon'));
      });
    }

    it('refuses with 403 what is another’s now', async () => {
      cameFirst(streamer('camera', { identity: 'eve', bindings: [binding('camera', { expiresAt: EPOCH + 60_000 })] }));
      expect((await refusal(register('camera'), HERE, 'ana')).status).toBe(403);
      expect(directory.streamers.get('camera')?.identity).toBe('eve');
    });

    it('adds its own to what the same holder has there', async () => {
      const theirs = binding('camera', { contact: 'sip:camera@127.0.0.9:7000', source: { host: '127.0.0.9', port: 7000 }, expiresAt: EPOCH + 60_000 });
      cameFirst(streamer('camera', { identity: 'ana', bindings: [theirs] }));
      expect((await send(register('camera'), HERE, 'ana')).status).toBe(200);
      expect(store.streamers[0]?.bindings.map(({ source }) => source.host).sort()).toEqual(['127.0.0.1', '127.0.0.9']);
    });

    it('gives up with an error when others come first again and again', async () => {
      vi.spyOn(directory.streamers, 'put').mockRejectedValue(new DirectoryConflictError('another daemon'));
      await expect(send(register('camera'))).rejects.toThrow(DirectoryConflictError);
    });
  });

  it('does not answer before the change is durable (seed 4.14)', async () => {
    let answered = false;
    const reply = registrar.register(register('camera'), HERE, undefined).then(() => (answered = true));
    await Promise.resolve();
    expect([answered, store.streamers.length]).toEqual([false, 0]);
    await clock.until(reply);
    expect(store.streamers).toHaveLength(1);
  });

  it('fails and changes nothing when the directory cannot be written, and recovers', async () => {
    store.broken = true;
    await expect(send(register('camera'))).rejects.toThrow(DirectoryWriteError);
    expect(location.find('camera')).toBeUndefined();
    store.broken = false;
    expect((await send(register('camera', { cseq: 2 }))).status).toBe(200);
  });

  describe('has a person’s name from another front of one database (its Call-ID says that it is one)', () => {
    const THERE: Address = { host: '127.0.0.2', port: 9000 };
    const info = { kind: 'person' };
    const atHere = (cseq: number, callId = 'shared') => register('ana', { callId, cseq, info });
    const atThere = (cseq: number, callId = 'shared') => register('ana', { callId, cseq, info, contacts: ['<sip:ana@127.0.0.2:9000>'], via: '127.0.0.2:9000' });

    it('at once, in place of the front that died', async () => {
      await send(atHere(400));
      expect((await send(atThere(410), THERE)).status).toBe(200);
      expect(location.find('ana')?.bindings.map(({ address }) => address)).toEqual([THERE]);
    });

    it('also where fronts prove one identity', async () => {
      await send(atHere(400), HERE, 'front');
      expect((await send(atThere(410), THERE, 'front')).status).toBe(200);
      expect((await refusal(atHere(420), HERE, 'other')).status).toBe(403);
      expect((await refusal(atHere(420), HERE)).status).toBe(403);
    });

    it('but not by another Call-ID, nor by a REGISTER that is older than what it would replace', async () => {
      await send(atHere(400));
      expect((await refusal(atThere(410, 'made up'), THERE)).status).toBe(403);
      expect((await refusal(atThere(399), THERE)).status).toBe(500);
      expect(location.find('ana')?.bindings.map(({ address }) => address)).toEqual([HERE]);
    });

    it('and the goodbye of the front before takes nothing away', async () => {
      await send(atHere(400));
      await send(atThere(410), THERE);
      await send(register('ana', { callId: 'shared', cseq: 401, expires: 0 }));
      expect(location.find('ana')?.bindings.map(({ address }) => address)).toEqual([THERE]);
    });
  });

  it('replaces the entry of a streamer that was started again at another port (seed 4.10)', async () => {
    await send(register('camera', { callId: 'first life' }));
    const again = register('camera', { callId: 'second life', contacts: ['<sip:camera@127.0.0.1:9998>'], via: '127.0.0.1:9998' });
    const reply = await send(again, { host: '127.0.0.1', port: 9998 });
    expect(contactsOf(reply)).toEqual(['<sip:camera@127.0.0.1:9998>;expires=3600']);
    expect(directory.streamers.size).toBe(1);
  });

  it('refreshes without waiting for the disk, keeping what the streamer said of itself', async () => {
    const info = { title: 'Title' };
    await send(register('camera', { expires: 60, info }));
    await clock.advance(30_000);
    const writes = store.writes;
    const reply = await registrar.register(register('camera', { cseq: 2, expires: 60, info }), HERE, undefined);
    expect(contactsOf(reply)).toEqual(['<sip:camera@127.0.0.1:9997>;expires=60']);
    expect(store.writes).toBe(writes);
    await clock.advance(2000);
    expect(store.streamers[0]?.bindings[0]).toMatchObject({ cseq: 2, expiresAt: EPOCH + 90_000 });
    await send(register('camera', { cseq: 3, expires: 60 }));
    expect(location.find('camera')?.info.title).toBe('Title');
  });

  it('waits for the disk when a refresh overtakes its registration', async () => {
    const first = registrar.register(register('camera'), HERE, undefined);
    store.broken = true;
    const second = registrar.register(register('camera', { cseq: 2 }), HERE, undefined);
    const outcomes = await clock.until(Promise.allSettled([first, second]));
    expect(outcomes).toMatchObject([{ reason: expect.any(DirectoryWriteError) as Error }, { reason: expect.any(DirectoryWriteError) as Error }]);
  });

  it('removes a binding with Expires 0, and all of them with Contact: *', async () => {
    await send(register('one'));
    expect(contactsOf(await send(register('one', { cseq: 2, expires: 0 })))).toEqual([]);
    expect(store.streamers).toEqual([]);
    await send(register('two', { contacts: ['<sip:a@127.0.0.1:1>', '<sip:b@127.0.0.1:2>;expires=20'] }));
    await send(register('two', { cseq: 2, contacts: ['<sip:a@127.0.0.1:1>;expires=0'] }));
    expect(location.find('two')?.bindings.map(({ contact }) => contact)).toEqual(['sip:b@127.0.0.1:2']);
    expect((await send(register('two', { cseq: 3, contacts: ['*'], expires: 0 }))).status).toBe(200);
    expect(location.find('two')).toBeUndefined();
    expect(location.isAway('two')).toBe(true);
    expect(location.isAway('never seen')).toBe(false);
  });

  it('tells the bindings to who asks without a Contact', async () => {
    await send(register('camera', { contacts: ['<sip:a@127.0.0.1:1>;q=0.3', '<sip:b@127.0.0.1:2>;q=0.8;expires=20'] }));
    await clock.advance(10_500);
    const reply = await send(register('camera', { cseq: 2, contacts: [] }), ELSEWHERE);
    expect(contactsOf(reply)).toEqual(['<sip:b@127.0.0.1:2>;expires=10;q=0.8', '<sip:a@127.0.0.1:1>;expires=3590;q=0.3']);
    expect(contactsOf(await send(register('nobody', { contacts: [] })))).toEqual([]);
  });

  it('lets bindings expire, each at its time', async () => {
    const expired: string[] = [];
    const expiry = new Expiry({ directory, clock, now: () => EPOCH + clock.now(), onExpired: (name) => expired.push(name) });
    await send(register('camera', { contacts: ['<sip:a@127.0.0.1:1>;expires=20', '<sip:b@127.0.0.1:2>;expires=40'] }));
    await clock.advance(19_999);
    expect(location.find('camera')?.bindings).toHaveLength(2);
    await clock.advance(1);
    expect(location.find('camera')?.bindings).toHaveLength(1);
    await clock.advance(20_000);
    expect(location.find('camera')).toBeUndefined();
    await clock.advance(3000);
    expect([expired, [...directory.streamers.values()], store.streamers]).toEqual([['camera'], [], []]);
    await clock.advance(10_000);
    expect(clock.pending).toBe(0);
    expiry.close();
  });

  describe('refuses', () => {
    it('a name that is held from another address, and changes nothing (403)', async () => {
      await send(register('camera'));
      for (const attempt of [
        register('camera', { callId: 'thief', contacts: ['<sip:camera@127.0.0.2:9997>'] }),
        register('camera', { callId: 'thief', expires: 0 }),
        register('camera', { callId: 'thief', contacts: ['*'], expires: 0 }),
      ]) {
        const { status, message } = await refusal(attempt, ELSEWHERE);
        expect([status, message]).toEqual([403, 'the name camera is held by another']);
      }
      expect(location.find('camera')?.bindings).toMatchObject([{ address: HERE }]);
      await clock.advance(3_600_000);
      expect((await send(register('camera', { callId: 'heir' }), ELSEWHERE)).status).toBe(200);
    });

    it('a name that is held by another identity, but not its own from elsewhere (403)', async () => {
      await send(register('camera'), HERE, 'ana');
      expect((await refusal(register('camera', { callId: 'x' }), HERE, 'eve')).status).toBe(403);
      const second = await send(register('camera', { callId: 'y', contacts: ['<sip:camera@127.0.0.2:9997>'] }), ELSEWHERE, 'ana');
      expect(contactsOf(second)).toHaveLength(2);
    });

    it.each<[string, SipRequest, number, [string, string]?]>([
      ['a time that is too short', register('camera', { expires: 9 }), 423, ['Min-Expires', '10']],
      ['another type of body', register('camera', { body: '<xml/>', contentType: 'text/xml' }), 415, ['Accept', 'application/json']],
      ['an encoded body', register('camera', { body: '{}', headers: [['Content-Encoding', 'gzip']] }), 415, ['Accept-Encoding', 'identity']],
      ['a body that is no JSON', register('camera', { body: '{"title":' }), 400],
      ['a body of other types', register('camera', { info: { title: 7 } }), 400],
      ['a title of 201 characters', register('camera', { info: { title: 'x'.repeat(201) } }), 400],
      ['a description of 1,001', register('camera', { info: { description: 'x'.repeat(1001) } }), 400],
      ['an image of 2,001', register('camera', { info: { image: 'x'.repeat(2001) } }), 400],
      ['a body of more than 8 kB', register('camera', { info: { junk: 'x'.repeat(9000) } }), 413],
      ['a name of 4 kB', register('x'.repeat(4000)), 400],
      ['a name of 65 characters', register('é'.repeat(65)), 400],
      ['a name with control characters', register('a\u0000b'), 400],
      ['a blank name', register('  '), 400],
      ['no name', request('REGISTER', { to: '<sip:127.0.0.1>' }), 404],
      ['a telephone number', request('REGISTER', { to: '<tel:+34600>' }), 416],
      ['eleven contacts', register('camera', { contacts: Array.from({ length: 11 }, (_, index) => `<sip:c@127.0.0.1:${index + 1}>`) }), 400],
      ['a contact that is no sip URI', register('camera', { contacts: ['<mailto:a@b.c>'] }), 400],
      ['a contact over TCP', register('camera', { contacts: ['<sip:a@127.0.0.1;transport=tcp>'] }), 400],
      ['a contact of 600 characters', register('camera', { contacts: [`<sip:${'a'.repeat(600)}@127.0.0.1>`] }), 400],
      ['* among others', register('camera', { contacts: ['*', '<sip:a@127.0.0.1>'], expires: 0 }), 400],
      ['* that does not expire', register('camera', { contacts: ['*'] }), 400],
      ['a Call-ID of 300 characters', register('camera', { callId: 'x'.repeat(300) }), 400],
      ['a From of 2 kB', register('camera', { from: `"${'x'.repeat(2000)}" <sip:camera@127.0.0.1>;tag=1` }), 400],
    ])('%s', async (_, message, status, header) => {
      const error = await refusal(message);
      expect(error.status).toBe(status);
      if (header) expect(error.headers).toEqual([header]);
      expect(error.toReply().headers?.at(-1)).toEqual(['Warning', expect.stringMatching(/^399 sipcast "[^\r\n]+"$/)]);
      expect(directory.streamers.size).toBe(0);
    });

    it('contacts that break the grammar, as a syntax error', async () => {
      await expect(send(register('camera', { contacts: ['<sip:a@127.0.0.1>;expires=soon'] }))).rejects.toThrow(SipSyntaxError);
      await expect(send(register('camera', { contacts: ['nonsense'] }))).rejects.toThrow(SipSyntaxError);
    });

    it('a REGISTER that was overtaken by a later one (500)', async () => {
      await send(register('camera', { cseq: 5 }));
      expect((await refusal(register('camera', { cseq: 5, expires: 0 }))).status).toBe(500);
      expect((await refusal(register('camera', { cseq: 4, contacts: ['*'], expires: 0 }))).status).toBe(500);
      expect(location.find('camera')).toBeDefined();
    });

    it('more names than it holds (503), but not a refresh', async () => {
      for (const name of ['a', 'b', 'c']) await send(register(name));
      const error = await refusal(register('d'));
      expect([error.status, error.headers]).toEqual([503, [['Retry-After', '30']]]);
      expect((await send(register('a', { cseq: 2 }))).status).toBe(200);
    });
  });

  describe('with persons and focuses', () => {
    const PERSON = { info: { kind: 'person' } };
    const at = (port: number, options: object = {}): object => ({ contacts: [`<sip:ana@127.0.0.1:${port}>`], ...PERSON, ...options });

    it('keeps what a name stands for, also over a refresh that does not say it', async () => {
      await send(register('ana', PERSON));
      await send(register('rooms', { info: { kind: 'focus' } }));
      await send(register('camera'));
      await send(register('ana', { cseq: 2 }));
      expect(store.streamers.map(({ name, kind }) => [name, kind])).toEqual([['ana', 'person'], ['rooms', 'focus'], ['camera', 'streamer']]);
    });

    it('refuses a name that another kind holds, until that is gone (403)', async () => {
      await send(register('ana', { ...PERSON, expires: 60 }));
      const { status, message } = await refusal(register('ana', { cseq: 2, info: { title: 'a film' } }));
      expect([status, message]).toEqual([403, 'the name ana is held by a person']);
      expect((await refusal(register('ana', { cseq: 2, info: { kind: 'focus' } }))).status).toBe(403);
      await clock.advance(61_000);
      await send(register('ana', { cseq: 3, info: { kind: 'streamer' } }));
      expect(location.find('ana')?.kind).toBe('streamer');
    });

    it('refuses the names of rooms to all, and a kind that is none', async () => {
      expect((await refusal(register('room-tea'))).status).toBe(403);
      expect((await refusal(register('room-', PERSON))).status).toBe(403);
      expect((await refusal(register('ana', { info: { kind: 'king' } }))).status).toBe(400);
      expect(directory.streamers.size).toBe(0);
    });

    it('leaves a person to the front that has him: another on the same host, or with the same identity, is refused (seed 4.4)', async () => {
      await send(register('ana', at(5065)), { host: '127.0.0.1', port: 5065 }, 'front');
      for (const attempt of [
        register('ana', at(5066, { callId: 'thief' })),
        register('ana', at(5066, { callId: 'thief', expires: 0 })),
        register('ana', { callId: 'thief', contacts: ['*'], expires: 0 }),
      ]) {
        expect((await refusal(attempt, { host: '127.0.0.1', port: 5066 }, 'front')).status).toBe(403);
      }
      expect(location.find('ana')?.bindings).toMatchObject([{ address: { port: 5065 } }]);
    });

    it('tells where a person is reached to nobody but who registered him', async () => {
      await send(register('ana', at(5065)), { host: '127.0.0.1', port: 5065 });
      const query = (port: number): SipRequest => register('ana', { contacts: [], callId: `query ${port}` });
      expect(contactsOf(await send(query(5065), { host: '127.0.0.1', port: 5065 }))).toHaveLength(1);
      expect((await refusal(query(7000), { host: '127.0.0.1', port: 7000 })).status).toBe(403);
    });

    it('takes a person back from a front that was started again at the same port', async () => {
      await send(register('ana', at(5065, { callId: 'first life' })), { host: '127.0.0.1', port: 5065 });
      const reply = await send(register('ana', at(5065, { callId: 'second life' })), { host: '127.0.0.1', port: 5065 });
      expect(contactsOf(reply)).toEqual(['<sip:ana@127.0.0.1:5065>;expires=3600']);
      await send(register('ana', { callId: 'second life', cseq: 2, contacts: ['*'], expires: 0 }), { host: '127.0.0.1', port: 5065 });
      expect(location.find('ana')).toBeUndefined();
    });
  });

  it('keeps names with spaces, accents and HTML apart and as they are (seed 4.22)', async () => {
    const names = ['José Ángel', '<script>alert(1)</script>', '"a" & b'];
    for (const name of names) expect((await send(register(name))).status).toBe(200);
    expect(store.streamers.map(({ name }) => name)).toEqual(names);
  });

  it('reaches a contact that only its own machine could reach where its REGISTER came from (seed 4.22)', async () => {
    await send(register('camera', { contacts: ['<sip:camera@0.0.0.0:7000>'] }), { host: '192.0.2.7', port: 7000 });
    expect(location.find('camera')?.bindings[0].address).toEqual({ host: '192.0.2.7', port: 7000 });
    await send(register('other', { contacts: ['<sip:camera@127.0.0.1:7000>'] }), { host: '192.0.2.7', port: 7001 });
    expect(location.find('other')?.bindings[0].address).toEqual({ host: '192.0.2.7', port: 7000 });
  });
});
