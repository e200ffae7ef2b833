import { describe, expect, it } from 'vitest';
import { parseServerMessage } from '../../../../../front/page/src/connection/messages.ts';
import { readReply } from '../../../../../front/page/src/connection/replies.ts';

const good = { at: 1.5, source: '127.0.0.1:5065', target: '[::1]:5060', raw: 'x' };

describe('messages of the trace', () => {
  it('are read, and what makes no sense is left out', () => {
    const messages = [good, { ...good, lost: true, bytes: 9 }, null, { ...good, at: '1' }, { ...good, source: 'x' }, { ...good, raw: 7 }];
    const parties = { '127.0.0.1:5065': { name: 'front', kind: 'front' }, x: { name: 'a', kind: 'front' }, '127.0.0.1:1': { name: '', kind: 'front' }, '127.0.0.1:2': { name: 'a', kind: 'king' } };
    expect(parseServerMessage(JSON.stringify({ type: 'trace', dropped: 2, messages, parties }))).toEqual({
      type: 'trace',
      dropped: 2,
      messages: [{ ...good, lost: false, bytes: undefined }, { ...good, lost: true, bytes: 9 }],
      parties: new Map([['127.0.0.1:5065', { name: 'front', kind: 'front' }]]),
    });
    expect(parseServerMessage('{"type":"trace","messages":7}')).toBeUndefined();
    expect(parseServerMessage('{"type":"trace-trouble","error":"x"}')).toEqual({ type: 'trace-trouble', error: 'x', message: '' });
  });

  it('come with the reply, too', () => {
    expect(readReply('trace', { messages: [good] })?.messages).toHaveLength(1);
    expect(readReply('trace', {})).toEqual({ messages: [], parties: new Map(), live: false });
  });
});
