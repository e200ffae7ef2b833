import { describe, expect, it } from 'vitest';
import { advertisedAddress } from '../../../../shared/network/advertised-address.ts';

describe('the advertised address', () => {
  it('is that of the socket', async () => {
    expect(await advertisedAddress({ host: '127.0.0.1', port: 5060 })).toEqual({ host: '127.0.0.1', port: 5060 });
  });

  it('is what the operator says (seed 4.22)', async () => {
    const local = { host: '127.0.0.1', port: 5060 };
    expect(await advertisedAddress(local, { advertise: { host: 'cast.example' } })).toEqual({ host: 'cast.example', port: 5060 });
    expect(await advertisedAddress(local, { advertise: { host: '10.0.0.1', port: 7 } })).toEqual({ host: '10.0.0.1', port: 7 });
  });

  it('of a socket that listens everywhere is the one that faces the other side (seed 4.22)', async () => {
    const everywhere = { host: '0.0.0.0', port: 5060 };
    expect(await advertisedAddress(everywhere, { towards: { host: '127.0.0.1', port: 9 } })).toEqual({ host: '127.0.0.1', port: 5060 });
    expect(await advertisedAddress(everywhere, { towards: { host: 'localhost', port: 9 } })).toEqual({ host: '127.0.0.1', port: 5060 });
  });

  it('is never one that nobody can send to', async () => {
    expect((await advertisedAddress({ host: '0.0.0.0', port: 5060 })).host).not.toBe('0.0.0.0');
    expect((await advertisedAddress({ host: '::', port: 5060 })).host).not.toBe('::');
  });

  it('cannot be found towards a name that nobody has', async () => {
    await expect(advertisedAddress({ host: '0.0.0.0', port: 5060 }, { towards: { host: 'nowhere.invalid', port: 9 } })).rejects.toThrow();
  });
});
