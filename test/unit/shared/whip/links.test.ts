import { describe, expect, it } from 'vitest';
import { iceServerLinks } from '../../../../shared/whip/index.ts';

describe('ICE servers as links', () => {
  it('are as RFC 9725 has them, credentials quoted', () => {
    expect(
      iceServerLinks([
        { urls: 'stun:stun.example.net' },
        { urls: 'turn:turn.example.net?transport=udp', username: 'user', credential: 'a "quoted\\" one' },
      ]),
    ).toEqual([
      '<stun:stun.example.net>; rel="ice-server"',
      '<turn:turn.example.net?transport=udp>; rel="ice-server"; username="user"; credential="a \\"quoted\\\\\\" one"; credential-type="password"',
    ]);
  });

  it('leave out what no header can hold', () => {
    expect(iceServerLinks([{ urls: 'turn:a>; rel="x' }, { urls: 'turn:b', username: 'Ünal', credential: 'x' }, { urls: 'turn:c', username: 'u', credential: 'a\r\nSet-Cookie: b' }])).toEqual([]);
  });
});
