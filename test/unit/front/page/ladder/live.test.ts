import { beforeEach, describe, expect, it } from 'vitest';
import { Events } from '../../../../../front/page/src/connection/events.ts';
import { FailureError } from '../../../../../front/page/src/connection/failure.ts';
import type { WireMessage } from '../../../../../front/page/src/connection/trace.ts';
import { Live } from '../../../../../front/page/src/ladder/model/live.ts';
import { settled } from '../support.ts';

const message = (at: number): WireMessage => ({ at, source: '127.0.0.1:5065', target: '127.0.0.1:5060', lost: false, bytes: undefined, raw: '' });

let events: Events;
let answer: () => Response;
let backlog: WireMessage[];
let asked: [string, unknown][];
let heard: number[];
let live: boolean;
let reading: Live;

beforeEach(() => {
  events = new Events();
  answer = () => Response.json({ ticket: 'good' });
  backlog = [];
  asked = [];
  heard = [];
  live = true;
  reading = new Live({
    http: { fetch: async (url, init) => {
      asked.push([url as string, new Headers(init?.headers).get('authorization')]);
      return answer();
    } },
    request: async (type, body) => {
      asked.push([type, body]);
      return { messages: backlog, parties: new Map(), live } as never;
    },
    on: (type, listener) => events.on(type, listener),
    bearer: async () => 'token',
    onTrace: ({ messages }) => heard.push(...messages.map(({ at }) => at)),
  });
});

function passes(...times: number[]): void {
  events.emit({ type: 'trace', messages: times.map(message), parties: new Map(), dropped: 0 });
}

describe('reading along', () => {
  it('shows its ticket, takes what passed lately and all that comes', async () => {
    backlog = [message(1), message(2)];
    reading.start();
    expect(reading.state.value.kind).toBe('connecting');
    await settled();
    passes(3);
    expect(asked).toEqual([['/trace', 'Bearer token'], ['trace', { ticket: 'good' }]]);
    expect([reading.state.value.kind, heard]).toEqual(['live', [1, 2, 3]]);
    reading.stop();
    passes(4);
    expect([reading.state.value.kind, heard, asked.at(-1)]).toEqual(['off', [1, 2, 3], ['trace', {}]]);
  });

  it('waits for the daemon where nobody has read before', async () => {
    live = false;
    reading.start();
    await settled();
    expect(reading.state.value.kind).toBe('connecting');
    passes();
    expect(reading.state.value.kind).toBe('live');
  });

  it('begins anew when the connection is back, and shows nothing twice', async () => {
    reading.start();
    await settled();
    passes(1, 2);
    events.emit({ type: 'disconnected' });
    expect(reading.state.value.kind).toBe('trouble');
    backlog = [message(1), message(2), message(3)];
    events.emit({ type: 'resumed' });
    await settled();
    expect([reading.state.value.kind, heard]).toEqual(['live', [1, 2, 3]]);
  });

  it('says when nothing comes, and goes on by itself', async () => {
    reading.start();
    await settled();
    events.emit({ type: 'trace-trouble', error: 'signaling-silent', message: 'Silence.' });
    expect(reading.state.value).toEqual({ kind: 'trouble', message: 'Silence.' });
    passes(1);
    expect([reading.state.value.kind, heard]).toEqual(['live', [1]]);
  });

  it('says who may not, who may try once more', async () => {
    answer = () => Response.json({ error: 'operators-only', message: 'Not from there.' }, { status: 403 });
    reading.start();
    await settled();
    expect(reading.state.value).toEqual({ kind: 'refused', message: 'Not from there.' });
    expect(asked.map(([what]) => what)).toEqual(['/trace']);
    answer = () => Response.json({ ticket: 'good' });
    reading.again();
    await settled();
    expect(reading.state.value.kind).toBe('live');
  });

  it('does not take what an earlier attempt still brings', async () => {
    let arrive: (response: Response) => void = () => undefined;
    answer = () => new Promise<Response>((resolve) => (arrive = resolve)) as never;
    reading.start();
    await settled();
    reading.stop();
    arrive(Response.json({ ticket: 'late' }));
    await settled();
    expect([reading.state.value.kind, asked.map(([what]) => what)]).toEqual(['off', ['/trace', 'trace']]);
    expect(asked.at(-1)?.[1]).toEqual({});
  });

  it('passes on why a datagram is not lost', async () => {
    const refused = new Live({ http: { fetch }, request: () => Promise.reject(new FailureError({ id: 'signaling-silent' })), on: () => () => undefined, bearer: async () => undefined, onTrace: () => undefined });
    await expect(refused.lose()).rejects.toMatchObject({ failure: { id: 'signaling-silent' } });
  });
});
