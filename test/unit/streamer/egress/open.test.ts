import { describe, expect, it } from 'vitest';
import { loadLibraries, type Libraries } from '../../../../streamer/egress/native/libraries.ts';
import { chooseEgress, EgressUnavailableError, openEgress } from '../../../../streamer/egress/open.ts';

const missing = (): Libraries => {
  throw new Error('Cannot find module koffi\nRequire stack:\n- here');
};
const changed = (changes: (real: Libraries) => Partial<Libraries>) => (): Libraries => {
  const real = loadLibraries();
  return { ...real, ...changes(real) };
};

describe('the choice of a way out', () => {
  it('takes the native one where it works, and the portable one on demand', () => {
    expect(chooseEgress(undefined)).toEqual({ kind: 'native' });
    expect(chooseEgress('native')).toEqual({ kind: 'native' });
    expect(chooseEgress('portable', missing)).toEqual({ kind: 'portable' });
  });

  it('takes the portable one where the native one does not load, and says why in a line', () => {
    expect(chooseEgress(undefined, missing)).toEqual({ kind: 'portable', because: 'The native fan-out cannot be used here: Cannot find module koffi' });
  });

  it('refuses the native one where it was asked for in vain', () => {
    expect(() => chooseEgress('native', missing)).toThrow(EgressUnavailableError);
  });

  it.each<[string, (real: Libraries) => Partial<Libraries>, RegExp]>([
    ['another cipher', (real) => ({ EVP_aes_128_ctr: () => real.EVP_aes_128_gcm() }), /encrypts otherwise than Node/],
    ['structures of another layout', (real) => ({ sendmmsg: (fd, messages, count, flags) => real.sendmmsg(fd, messages + 8, count, flags) }), /socket does not send|comes otherwise/],
    ['no HMAC', () => ({ EVP_MAC_fetch: () => 0 }), /no HMAC/],
    ['no sockets', () => ({ socket: () => -1 }), /No UDP socket/],
  ])('tries it before it is used: %s', (_, changes, because) => {
    expect(chooseEgress(undefined, changed(changes))).toMatchObject({ kind: 'portable', because: expect.stringMatching(because) as unknown });
  });

  it.each(['portable', 'native'] as const)('says what cannot be bound (%s)', async (kind) => {
    const taken = await openEgress(kind, { host: '127.0.0.1', port: 0 });
    await expect(openEgress(kind, { host: '127.0.0.1', port: taken.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await expect(openEgress(kind, { host: '192.0.2.1', port: 0 })).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' });
    await taken.close();
  });
});
