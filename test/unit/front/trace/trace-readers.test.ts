import { describe, expect, it } from 'vitest';
import { ApiError } from '../../../../front/api-error.ts';
import { Pages } from '../../../../front/people/pages.ts';
import { LINGER_MS, TraceReaders } from '../../../../front/trace/trace-readers.ts';
import { Viewer } from '../../../../front/viewers/viewer.ts';
import { ScriptedTrace, tracedMessage } from '../../../support/front/scripted-trace.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';

function setUp() {
  const clock = new VirtualClock();
  const source = new ScriptedTrace();
  const pages = new Pages();
  const readers = new TraceReaders({ source, pages, clock });
  const open = () => {
    const told: Record<string, unknown>[] = [];
    const page = { viewer: new Viewer('ana', 'token', '127.0.0.1'), tell: (message: object) => void told.push(message as Record<string, unknown>) };
    pages.add(page);
    const read = () => readers.read(page, readers.tickets.issue());
    return { page, told, read };
  };
  return { clock, source, pages, readers, open };
}

const silent = new ApiError(504, 'signaling-silent', 'Silence.');

describe('pages that read along', () => {
  it('share one subscription, which ends some seconds after the last of them', async () => {
    const { clock, source, pages, readers, open } = setUp();
    const [ana, bo] = [open(), open()];
    ana.read();
    bo.read();
    source.batch(0, [tracedMessage('one')]);
    expect([ana.told, bo.told]).toEqual([[expect.objectContaining({ type: 'trace', from: 0 })], [expect.objectContaining({ type: 'trace', from: 0 })]]);
    pages.delete(ana.page);
    readers.stop(bo.page);
    await clock.advance(LINGER_MS - 100);
    bo.read();
    await clock.advance(LINGER_MS);
    expect(source.log).toEqual(['subscribed']);
    readers.stop(bo.page);
    await clock.advance(LINGER_MS);
    expect(source.log).toEqual(['subscribed', 'ended']);
    expect(clock.pending).toBe(0);
  });

  it('are told at first what passed lately, of which a bounded number is kept', async () => {
    const { source, open } = setUp();
    open().read();
    source.batch(0, Array.from({ length: 500 }, (_, number) => tracedMessage(`message ${number}`)), { parties: { '127.0.0.1:5060': { name: 'signaling', kind: 'signaling' } } });
    const late = open().read();
    expect(late.live).toBe(true);
    expect(late.messages).toHaveLength(200);
    expect(late.messages.at(-1)?.raw).toBe('message 499');
    expect(late.parties).toEqual({ '127.0.0.1:5060': { name: 'signaling', kind: 'signaling' } });
    source.batch(500, Array.from({ length: 40 }, () => tracedMessage('x'.repeat(20_000))));
    expect(open().read().messages.length).toBeLessThan(14);
  });

  it('need a ticket, good for one use and for half a minute', async () => {
    const { clock, source, readers, open } = setUp();
    const { page } = open();
    const [used, old] = [readers.tickets.issue(), readers.tickets.issue()];
    readers.read(page, used);
    for (const ticket of [used, '', 'x']) expect(() => readers.read(page, ticket)).toThrow(expect.objectContaining({ code: 'operators-only' }));
    await clock.advance(30_000);
    expect(() => readers.read(page, old)).toThrow(ApiError);
    expect(source.log).toEqual(['subscribed']);
  });

  it('alone may have a datagram thrown away', async () => {
    const { source, readers, open } = setUp();
    const [ana, bo] = [open(), open()];
    ana.read();
    await readers.lose(ana.page);
    await expect(readers.lose(bo.page)).rejects.toMatchObject({ code: 'operators-only', status: 403 });
    expect(source.log).toEqual(['subscribed', 'lose']);
  });

  it('hear why there is nothing, and of more when it goes on', async () => {
    const { clock, source, readers, open } = setUp();
    const { page, told, read } = open();
    read();
    source.end(silent);
    expect(told).toEqual([{ type: 'trace-trouble', error: 'signaling-silent', message: 'Silence.' }]);
    await expect(readers.lose(page)).rejects.toMatchObject({ code: 'signaling-silent' });
    await clock.advance(500);
    source.end(silent);
    await clock.advance(900);
    expect(source.log).toEqual(['subscribed', 'subscribed']);
    await clock.advance(100);
    source.batch(0, [tracedMessage('one')]);
    expect(source.log).toEqual(['subscribed', 'subscribed', 'subscribed']);
    expect(told.at(-1)).toMatchObject({ type: 'trace' });
    await readers.close();
    expect(source.log.at(-1)).toBe('ended');
    expect(() => read()).toThrow(expect.objectContaining({ status: 503 }));
    expect(clock.pending).toBe(0);
  });

  it('are at most 64', () => {
    const { open } = setUp();
    for (let number = 0; number < 64; number++) open().read();
    expect(() => open().read()).toThrow(expect.objectContaining({ code: 'too-many-connections' }));
  });
});
