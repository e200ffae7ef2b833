import { beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../../shared/log/logger.ts';
import type { SipRequest } from '../../../../shared/sip/message/message.ts';
import type { Address } from '../../../../shared/sip/transport/transport.ts';
import { Viewers } from '../../../../signaling/calls/viewers.ts';
import { StreamerList } from '../../../../signaling/list/list.ts';
import { Location } from '../../../../signaling/registrar/location.ts';
import { Refusal } from '../../../../signaling/reply.ts';
import type { Reply } from '../../../../signaling/reply.ts';
import { Subscriptions } from '../../../../signaling/subscriptions/subscriptions.ts';
import { streamer, subscription } from '../../../support/signaling/entries.ts';
import { request } from '../../../support/signaling/requests.ts';
import type { RequestOptions } from '../../../support/signaling/requests.ts';
import { VolatileDirectory, VolatileStore } from '../../../support/signaling/volatile-directory.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';

const FRONT: Address = { host: '127.0.0.1', port: 5065 };
const EPOCH = Date.UTC(2029, 0, 1);

interface Notify {
  readonly at: number;
  readonly request: SipRequest;
  readonly to: Address;
}

describe('Subscriptions to the list', () => {
  let clock: VirtualClock;
  let store: VolatileStore;
  let directory: VolatileDirectory;
  let subscriptions: Subscriptions;
  let sent: Notify[];
  let answer: (notify: SipRequest) => Promise<number>;

  beforeEach(() => {
    clock = new VirtualClock();
    store = new VolatileStore();
    sent = [];
    answer = async () => 200;
    open();
  });

  function open(): void {
    directory = new VolatileDirectory(clock, store);
    const now = (): number => EPOCH + clock.now();
    const location = new Location(directory, now);
    const list = new StreamerList({ directory, location, viewers: new Viewers(directory), domain: { host: '127.0.0.1', port: 5060 } });
    let tags = 0;
    subscriptions = new Subscriptions({
      directory,
      list,
      clock,
      now,
      send: (notify, to) => {
        sent.push({ at: clock.now(), request: notify, to });
        return answer(notify);
      },
      newTag: () => `ours${++tags}`,
      contact: 'sip:127.0.0.1:5060',
      log: silentLogger,
    });
    directory.streamers.onChange(() => subscriptions.changed());
  }

  function subscribe(options: RequestOptions & { expires?: number } = {}, source: Address = FRONT): Promise<Reply> {
    const headers: [string, string][] = [['Event', 'directory'], ['Contact', '<sip:front@127.0.0.1:5065>']];
    if (options.expires !== undefined) headers.push(['Expires', String(options.expires)]);
    return clock.until(subscriptions.subscribe(request('SUBSCRIBE', { from: '<sip:front@127.0.0.1>;tag=theirs', callId: 'sub', headers, ...options }), source));
  }

  async function refused(options: RequestOptions): Promise<Refusal> {
    const error: unknown = await subscribe(options).catch((reason: unknown) => reason);
    if (!(error instanceof Refusal)) throw new Error('not refused', { cause: error });
    return error;
  }

  function names(notify: Notify | undefined): string[] {
    const { streamers } = JSON.parse(notify?.request.bodyText() ?? '{}') as { streamers: { name: string }[] };
    return streamers.map(({ name }) => name);
  }

  function states(): (string | undefined)[] {
    return sent.map(({ request: notify }) => notify.headers.get('Subscription-State'));
  }

  it('are answered 200, stored, and followed by the list at once', async () => {
    const reply = await subscribe({ expires: 600 });
    expect(reply).toMatchObject({ status: 200, toTag: 'ours1', headers: [['Contact', '<sip:127.0.0.1:5060>'], ['Expires', '600']] });
    expect(store.subscriptions).toMatchObject([{ id: 'sub;ours1;theirs', address: FRONT, contact: 'sip:front@127.0.0.1:5065', expiresAt: EPOCH + 600_000 }]);
    await clock.advance(0);
    const [notify] = sent;
    expect(notify?.to).toEqual(FRONT);
    expect([...(notify?.request.headers.entries() ?? [])]).toEqual([
      ['Max-Forwards', '70'],
      ['From', '<sip:127.0.0.1>;tag=ours1'],
      ['To', '<sip:front@127.0.0.1>;tag=theirs'],
      ['Call-ID', 'sub'],
      ['CSeq', '1 NOTIFY'],
      ['Contact', '<sip:127.0.0.1:5060>'],
      ['Event', 'directory'],
      ['Subscription-State', 'active;expires=600'],
      ['Content-Type', 'application/json'],
    ]);
    expect(names(notify)).toEqual([]);
  });

  it('bring each change, those within 100 ms together', async () => {
    await subscribe();
    await clock.advance(1000);
    directory.streamers.putLazily(streamer('a'));
    await clock.advance(10);
    directory.streamers.putLazily(streamer('b'));
    directory.streamers.putLazily(streamer('c'));
    await clock.advance(1000);
    expect(sent.map(({ at }) => at)).toEqual([0, 1000, 1100]);
    expect(sent.map(names)).toEqual([[], ['a'], ['a', 'b', 'c']]);
  });

  it('have one NOTIFY under way at a time, and the latest list after it', async () => {
    let arrive: (status: number) => void = () => undefined;
    answer = () => new Promise((resolve) => (arrive = resolve));
    await subscribe();
    await clock.advance(0);
    directory.streamers.putLazily(streamer('a'));
    await clock.advance(5000);
    directory.streamers.putLazily(streamer('b'));
    expect(sent).toHaveLength(1);
    arrive(200);
    await clock.advance(0);
    expect(sent).toHaveLength(2);
    expect(names(sent[1])).toEqual(['a', 'b']);
    expect(sent.map(({ request: { cseq } }) => cseq.number)).toEqual([1, 2]);
  });

  it('are refreshed and ended inside their dialog', async () => {
    await subscribe({ expires: 60 });
    await clock.advance(30_000);
    const to = '<sip:127.0.0.1>;tag=ours1';
    expect(await subscribe({ to, cseq: 2, expires: 60 })).toMatchObject({ status: 200 });
    await clock.advance(50_000);
    expect(subscriptions.size).toBe(1);
    expect((await refused({ to, cseq: 2 })).status).toBe(500);
    expect(await subscribe({ to, cseq: 3, expires: 0 })).toMatchObject({ status: 200 });
    await clock.advance(2000);
    expect(states()).toEqual(['active;expires=60', 'active;expires=60', 'terminated;reason=timeout']);
    expect([subscriptions.size, store.subscriptions, clock.pending]).toEqual([0, [], 0]);
    expect((await refused({ to, cseq: 4 })).status).toBe(481);
  });

  it('expire', async () => {
    await subscribe({ expires: 60 });
    await clock.advance(62_000);
    expect(states()).toEqual(['active;expires=60', 'terminated;reason=timeout']);
    expect([subscriptions.size, store.subscriptions]).toEqual([0, []]);
  });

  it.each([481, 408, 404])('are forgotten when their subscriber answers %i', async (status) => {
    answer = async () => status;
    await subscribe();
    await clock.advance(2000);
    expect([subscriptions.size, store.subscriptions, sent.length]).toEqual([0, [], 1]);
  });

  it('outlive a subscriber that is busy', async () => {
    answer = async () => 503;
    await subscribe();
    await clock.advance(200);
    directory.streamers.putLazily(streamer('a'));
    await clock.advance(200);
    expect([subscriptions.size, sent.length]).toEqual([1, 2]);
  });

  it('of an earlier life are told to subscribe anew, with a higher CSeq than any before, and forgotten (seed 4.15)', async () => {
    store.subscriptions = [subscription('x', { cseq: 0, routes: ['<sip:10.0.0.1;lr>'], eventId: '7' })];
    open();
    subscriptions.deactivateStored();
    await clock.advance(2000);
    expect(sent).toHaveLength(1);
    const { headers, uri } = sent[0]!.request;
    expect([uri, headers.get('Subscription-State'), headers.get('Event'), headers.get('Route'), headers.get('CSeq'), headers.get('Call-ID')]).toEqual([
      'sip:front@127.0.0.1:5065',
      'terminated;reason=deactivated',
      'directory;id=7',
      '<sip:10.0.0.1;lr>',
      '1000001 NOTIFY',
      'call-x',
    ]);
    expect([subscriptions.size, store.subscriptions]).toEqual([0, []]);
  });

  it('are not begun when they cannot be stored', async () => {
    store.broken = true;
    await expect(subscribe()).rejects.toThrow('full');
    await clock.advance(1000);
    expect([subscriptions.size, sent.length]).toEqual([0, 0]);
  });

  it.each<[string, RequestOptions, number, [string, string]?]>([
    ['another event', { headers: [['Event', 'presence'], ['Contact', '<sip:a@b>']] }, 489, ['Allow-Events', 'directory']],
    ['no event', { headers: [['Contact', '<sip:a@b>']] }, 489, ['Allow-Events', 'directory']],
    ['a time that is too short', { headers: [['Event', 'directory'], ['Contact', '<sip:a@b>'], ['Expires', '5']] }, 423, ['Min-Expires', '10']],
    ['a client that wants no JSON', { headers: [['Event', 'directory'], ['Contact', '<sip:a@b>'], ['Accept', 'text/plain']] }, 406],
    ['no Contact', { headers: [['Event', 'directory']] }, 400],
    ['a From that is too long to keep', { headers: [['Event', 'directory'], ['Contact', '<sip:a@b>']], from: `"${'x'.repeat(1100)}" <sip:a@b>;tag=1` }, 400],
    ['an unknown dialog', { headers: [['Event', 'directory'], ['Contact', '<sip:a@b>']], to: '<sip:a@b>;tag=nobody' }, 481],
  ])('refuse %s', async (_, options, status, header) => {
    const error = await refused(options);
    expect(error.status).toBe(status);
    if (header) expect(error.headers).toEqual([header]);
    expect(subscriptions.size).toBe(0);
  });

  it('are limited in number for each host', async () => {
    for (let index = 0; index < 100; index++) await subscribe({ callId: `sub ${index}` });
    const error = await refused({ callId: 'one more' });
    expect([error.status, error.headers]).toEqual([503, [['Retry-After', '30']]]);
  });
});
