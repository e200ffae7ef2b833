import { describe, expect, it } from 'vitest';
import { parseIceServers } from '../../../front/ice-servers.ts';
import { readSettings } from '../../../shared/cli/settings.ts';
import { option } from '../../../shared/cli/parameter.ts';
import { UsageError } from '../../../shared/cli/usage-error.ts';

describe('--ice-servers', () => {
  it('names STUN and TURN servers as browsers want them (seed 1.14)', () => {
    expect(parseIceServers('stun:stun.example.org:3478, turn:ana:s3cret@192.0.2.1:3478?transport=udp,turns:a%40b:p%2Cq@[2001:db8::1]:5349')).toEqual([
      { urls: 'stun:stun.example.org:3478' },
      { urls: 'turn:192.0.2.1:3478?transport=udp', username: 'ana', credential: 's3cret' },
      { urls: 'turns:[2001:db8::1]:5349', username: 'a@b', credential: 'p,q' },
    ]);
    expect(parseIceServers('')).toEqual([]);
  });

  it.each([
    'stun.example.org', 'http://stun.example.org', 'stun:', 'stun:host:port', 'stun:host:99999', 'stun:user:s3cret@host', 'stun:host?transport=udp',
    'turn:host:3478', 'turn:user@host', 'turn::s3cret@host', 'turn:user:@host', 'turn:user:s3cret%@host', 'turn:user:s3cret@', 'turn:user:s3cret@host?transport=sctp',
    new Array(17).fill('stun:host').join(','),
  ])('refuses %.60j, and never repeats what may be a password (seed 1.14)', (text) => {
    const line = { name: 'front', description: '', version: '1', parameters: [option('iceServers', { description: '', parse: parseIceServers })] };
    const refusal = (() => {
      try {
        readSettings(line, [], { SIPCAST_ICE_SERVERS: text });
      } catch (error) {
        return error;
      }
      return undefined;
    })();
    expect(refusal).toBeInstanceOf(UsageError);
    expect((refusal as Error).message).toMatch(/^SIPCAST_ICE_SERVERS cannot be read: /);
    expect((refusal as Error).message).not.toContain('s3cret');
  });
});
