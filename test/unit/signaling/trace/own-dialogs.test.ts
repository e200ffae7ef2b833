import { describe, expect, it } from 'vitest';
import { OwnDialogs } from '../../../../signaling/trace/own-dialogs.ts';

const message = (start: string, ...headers: string[]): string => [start, ...headers, '', 'Event: trace'].join('\r\n');
const notify = (callId: string): string => message('NOTIFY sip:a SIP/2.0', 'Event: trace', `Call-ID: ${callId}`);

describe('the dialogs of trace subscriptions', () => {
  it.each([
    ['SUBSCRIBE sip:a SIP/2.0', 'Event: trace'], ['NOTIFY sip:a SIP/2.0', 'event :  TRACE ;id=1'], ['NOTIFY sip:a SIP/2.0', 'o:trace'],
  ])('are known by %s with %j, and from then on by their Call-ID', (start, event) => {
    const own = new OwnDialogs();
    expect(own.includes(message('SIP/2.0 200 OK', 'i: x'))).toBe(false);
    expect(own.includes(message(start, event, 'Call-ID: x'))).toBe(true);
    expect(own.includes(message('SIP/2.0 200 OK', 'i: x'))).toBe(true);
    expect(own.includes(message('SIP/2.0 200 OK', 'i: y'))).toBe(false);
  });

  it.each([
    ['another event', message('SUBSCRIBE sip:a SIP/2.0', 'Event: tracer', 'Call-ID: x')], ['a body that looks like it', message('NOTIFY sip:a SIP/2.0', 'Event: directory', 'Call-ID: x')],
    ['another method', message('MESSAGE sip:a SIP/2.0', 'Event: trace', 'Call-ID: x')], ['no Call-ID', message('NOTIFY sip:a SIP/2.0', 'Event: trace')], ['no SIP', ''],
  ])('are not %s', (_what, text) => {
    expect(new OwnDialogs().includes(text)).toBe(false);
  });

  it('are remembered up to a number, and met again in the next NOTIFY', () => {
    const own = new OwnDialogs();
    own.add('first');
    for (let number = 0; number < 64; number++) own.includes(notify(`other ${number}`));
    for (let number = 0; number < 64; number++) own.includes(notify(`flood-${number}`));
    expect(own.includes(message('SIP/2.0 200 OK', 'Call-ID: first'))).toBe(false);
    expect(own.includes(notify('first'))).toBe(true);
    expect(own.includes(message('SIP/2.0 200 OK', 'Call-ID: first'))).toBe(true);
  });
});
