import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { clientAddress, isSecure } from '../../../../front/http/client-address.ts';

function request(remoteAddress: string, headers: Record<string, string> = {}, encrypted = false): IncomingMessage {
  return { headers, socket: { remoteAddress, encrypted } } as unknown as IncomingMessage;
}

const trustsTen = (address: string): boolean => address.startsWith('10.');

describe('the address of a client', () => {
  it.each([
    ['is that of the connection', '192.0.2.1', undefined, '192.0.2.1'],
    ['is not what strangers say', '192.0.2.1', '203.0.113.9', '192.0.2.1'],
    ['is what a trusted proxy says', '10.0.0.1', '203.0.113.9', '203.0.113.9'],
    ['is what the first of trusted proxies says, and not what was said to it', '10.0.0.1', '1.1.1.1, 203.0.113.9, 10.0.0.2', '203.0.113.9'],
    ['is the farthest where all are trusted', '10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
  ])('%s', (_name, remote, forwarded, expected) => {
    expect(clientAddress(request(remote, forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }), trustsTen)).toBe(expected);
  });

  it('speaks HTTPS where the connection, or a trusted proxy, says so', () => {
    const https = { 'x-forwarded-proto': 'https' };
    expect([isSecure(request('192.0.2.1', {}, true), trustsTen), isSecure(request('10.0.0.1', https), trustsTen), isSecure(request('192.0.2.1', https), trustsTen)]).toEqual([true, true, false]);
  });
});
