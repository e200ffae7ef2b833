import { describe, expect, it } from 'vitest';
import { failureOf, type Failure } from '../../../../../front/page/src/connection/failure.ts';
import { REPLY_LIMIT_MS, Requests } from '../../../../../front/page/src/connection/requests.ts';
import { parseServerMessage } from '../../../../../front/page/src/connection/messages.ts';
import { ManualTiming } from '../support.ts';

/** Requests whose other end is the test. */
function requests(open = true): { asked: Requests; sent: Record<string, unknown>[]; timing: ManualTiming; answer: (message: object) => void } {
  const sent: Record<string, unknown>[] = [];
  const timing = new ManualTiming();
  const send = (text: string): boolean => {
    if (open) sent.push(JSON.parse(text) as Record<string, unknown>);
    return open;
  };
  const asked = new Requests({ send, timing });
  const answer = (message: object): void => {
    const parsed = parseServerMessage(JSON.stringify(message));
    if (parsed?.type === 'reply' || parsed?.type === 'error') asked.heard(parsed);
  };
  return { asked, sent, timing, answer };
}

async function failure(request: Promise<unknown>): Promise<Failure> {
  return request.then(
    () => { throw new Error('it did not fail'); },
    (error: unknown) => failureOf(error),
  );
}

describe('requests over the WebSocket', () => {
  it('are numbered, and get the reply with their own number', async () => {
    const { asked, sent, answer } = requests();
    const first = asked.request('call', { to: 'bo', sdp: 'v=0' });
    const second = asked.request('adhoc', {});
    expect(sent).toEqual([{ type: 'call', id: 1, to: 'bo', sdp: 'v=0' }, { type: 'adhoc', id: 2 }]);
    answer({ type: 'reply', id: 2, room: 'r2' });
    answer({ type: 'reply', id: 1, call: 'c1' });
    expect(await first).toEqual({ call: 'c1' });
    expect(await second).toEqual({ room: 'r2' });
  });

  it('fail with the identifier and the words of front', async () => {
    const { asked, answer } = requests();
    const refused = failure(asked.request('join', { room: 'r', sdp: 'v=0', password: 'x' }));
    answer({ type: 'error', id: 1, error: 'wrong-password', message: 'No.' });
    expect(await refused).toEqual({ id: 'wrong-password', detail: 'No.' });
  });

  it('fail when no reply comes in time, and take a late one for nothing', async () => {
    const { asked, timing, answer } = requests();
    const late = failure(asked.request('leave', { room: 'r' }));
    await timing.pass(REPLY_LIMIT_MS);
    expect(await late).toEqual({ id: 'service-away' });
    expect(() => answer({ type: 'reply', id: 1 })).not.toThrow();
    expect(timing.due).toEqual([]);
  });

  it('fail at once when the connection is lost, or was not there', async () => {
    const { asked } = requests();
    const lost = failure(asked.request('leave', { room: 'r' }));
    asked.dropped();
    expect(await lost).toEqual({ id: 'service-away' });
    expect(await failure(requests(false).asked.request('leave', { room: 'r' }))).toEqual({ id: 'service-away' });
  });

  it('fail when the reply lacks what was asked for', async () => {
    const { asked, answer } = requests();
    const lame = failure(asked.request('call', { to: 'bo', sdp: 'v=0' }));
    answer({ type: 'reply', id: 1 });
    expect(await lame).toMatchObject({ id: 'unexpected' });
  });

  it('bring the room that was joined', async () => {
    const { asked, answer } = requests();
    const joined = asked.request('join', { room: 'r', sdp: 'v=0' });
    answer({ type: 'reply', id: 1, member: 'm1', sdp: 'v=0 answer', event: 'created', room: { id: 'r', title: 'Tea' } });
    expect(await joined).toMatchObject({ member: 'm1', sdp: 'v=0 answer', event: 'created', room: { id: 'r', title: 'Tea' } });
  });
});
