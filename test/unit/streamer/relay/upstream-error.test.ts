import { describe, expect, it } from 'vitest';
import { CallRejectedError, TransactionTimeoutError } from '../../../../shared/sip/index.ts';
import { Headers } from '../../../../shared/sip/message/headers.ts';
import { SipResponse } from '../../../../shared/sip/message/message.ts';
import { NotAcceptableError } from '../../../../streamer/call/viewer-connection.ts';
import { UpstreamError, upstreamError } from '../../../../streamer/relay/upstream-error.ts';

function rejected(status: number, reason: string, warning?: string): CallRejectedError {
  const headers = new Headers();
  headers.append('Call-ID', 'abc');
  if (warning !== undefined) headers.append('Warning', `399 sipcast "${warning}"`);
  return new CallRejectedError('sip:origin@h', new SipResponse(status, reason, headers));
}

describe('why a stream cannot be had', () => {
  it.each([
    [rejected(404, 'Not Found'), 'origin is not there', false],
    [rejected(480, 'Temporarily Unavailable'), 'origin is not there', false],
    [rejected(401, 'Unauthorized'), 'signaling wants a --secret, or another one, of who would watch origin', false],
    [rejected(486, 'Busy Here'), 'origin has as many viewers as it takes', false],
    [rejected(503, 'Service Unavailable', 'this process stops'), 'origin refuses: this process stops (503)', false],
    [rejected(482, 'Loop Detected', 'it comes from here'), 'relaying origin would go round in a circle: it comes from here', true],
    [rejected(482, 'Loop Detected'), 'relaying origin would go round in a circle: Loop Detected', false],
    [rejected(483, 'Too Many Hops', 'there are 8 relays'), 'origin refuses: there are 8 relays (483)', true],
    [rejected(488, 'Not Acceptable Here', 'a film'), 'origin refuses: a film (488)', true],
    [new TransactionTimeoutError('INVITE', 'sip:origin@h', 'abc'), 'nobody answers for origin', false],
    [new NotAcceptableError('The answer sends nothing'), 'origin cannot be relayed: The answer sends nothing', true],
    [new Error('out of sockets'), 'origin cannot be had: out of sockets', false],
    ['a text', 'origin cannot be had: a text', false],
  ])('is said in a sentence (%s)', (cause, message, isLasting) => {
    expect(upstreamError('origin', cause)).toMatchObject({ message, isLasting });
  });

  it('is said once', () => {
    const error = new UpstreamError('why', true);
    expect(upstreamError('origin', error)).toBe(error);
  });
});
