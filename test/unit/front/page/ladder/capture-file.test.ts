import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { WireMessage } from '../../../../../front/page/src/connection/trace.ts';
import { readCapture, writeCapture } from '../../../../../front/page/src/ladder/model/capture-file.ts';
import { PcapngError } from '../../../../../shared/capture/pcapng-reader.ts';
import { repository } from '../../../../support/paths.ts';

const message = (more: Partial<WireMessage> = {}): WireMessage => ({
  at: 1_800_000_000_000.125, source: '192.0.2.1:5065', target: '192.0.2.2:5060', lost: false, bytes: undefined, raw: 'OPTIONS sip:a SIP/2.0\r\nSubject: Grüße\r\n\r\n', ...more,
});

const isDaemon = (address: string): boolean => address.endsWith(':5060');

describe('captures in the browser', () => {
  it('are written and read back the same: addresses of both kinds, times to the microsecond, what was lost', () => {
    const messages = [message(), message({ lost: true }), message({ source: '[2001:db8::1]:5060', target: '[::1]:9997', raw: 'SIP/2.0 200 OK\r\n\r\n' })];
    expect(readCapture(writeCapture(messages, isDaemon), 10)).toEqual({ messages, left: 0 });
  });

  it('of the daemon are read, written and read again without a difference', () => {
    const { messages } = readCapture(readFileSync(join(repository, 'captures/hang-up.pcapng')), 1000);
    expect(messages.length).toBeGreaterThan(20);
    expect(readCapture(writeCapture(messages, isDaemon), 1000).messages).toEqual(messages);
  });

  it('leave out what has no place in a packet, and what is no SIP', () => {
    const file = writeCapture([message({ source: 'elsewhere:1' }), message({ target: '[::1]:5060' }), message({ raw: 'no SIP' }), message()], isDaemon);
    expect(readCapture(file, 10).messages).toEqual([message()]);
  });

  it('are read up to a number of messages', () => {
    const file = writeCapture(Array.from({ length: 12 }, () => message()), isDaemon);
    const { messages, left } = readCapture(file, 10);
    expect([messages.length, left]).toEqual([10, 2]);
    expect(() => readCapture(new TextEncoder().encode('no capture at all'), 10)).toThrow(PcapngError);
  });
});
