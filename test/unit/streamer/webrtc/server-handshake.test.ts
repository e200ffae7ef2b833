import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { DtlsAssociation } from '../../../../streamer/webrtc/internals.ts';
import { guardServer } from '../../../../streamer/webrtc/server-handshake.ts';
import { werift } from '../../../../streamer/webrtc/werift.ts';
import { dtlsPair, type DtlsPair } from '../../../support/streamer/dtls-pair.ts';

const guarded = (server: unknown) => guardServer(server as DtlsAssociation);

/** What becomes of the server's end. */
function outcome({ server }: DtlsPair): Promise<string> {
  return new Promise((resolve) => {
    server.onConnect.once(() => resolve('connected'));
    server.onError.once((error: Error) => resolve(error.message));
  });
}

interface Falsifiable {
  readonly cipher: { signatureData: (data: Buffer, hash: string) => Buffer; verifyData: (handshakes: Buffer) => Buffer };
}

describe('a DTLS server of ours', () => {
  it.each([1, 2, 3])('connects with a client that is what he says, though each datagram comes %d times', async (copies) => {
    const pair = await dtlsPair({ werift } as never, guarded, undefined, copies);
    expect(await outcome(pair)).toBe('connected');
    await pair.connected;
    pair.close();
  });

  it('stays connected when somebody begins another handshake', async () => {
    const pair = await dtlsPair({ werift } as never, guarded);
    await outcome(pair);
    await pair.connected;
    const server = pair.server as unknown as DtlsAssociation;
    const { masterSecret } = server.cipher;
    const [hello] = server.dtls.sortedHandshakeCache;
    if (hello) await server.onHandleHandshakes([hello]);
    expect(server.cipher.masterSecret).toBe(masterSecret);
    pair.close();
  });

  it('refuses a client who does not hold the key of his certificate', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    const pair = await dtlsPair({ werift } as never, guarded);
    const client = pair.client as unknown as Falsifiable;
    client.cipher.signatureData = (data) => sign('sha256', data, privateKey);
    expect(await outcome(pair)).toBe('The handshake is not signed by the peer’s certificate: someone may be in between');
    pair.close();
  });

  it('refuses a client who has seen another handshake', async () => {
    const pair = await dtlsPair({ werift } as never, guarded);
    const client = pair.client as unknown as Falsifiable;
    const { verifyData } = client.cipher;
    client.cipher.verifyData = function (handshakes: Buffer) {
      return verifyData.call(this, Buffer.concat([handshakes, Buffer.from('more')]));
    };
    expect(await outcome(pair)).toBe('The peer saw another handshake than we did: someone may be in between');
    pair.close();
  });

  it('needs its guard: without it, whoever signs by another key is let in', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    const pair = await dtlsPair({ werift } as never);
    (pair.client as unknown as Falsifiable).cipher.signatureData = (data) => sign('sha256', data, privateKey);
    expect(await outcome(pair)).toBe('connected');
    pair.close();
  });
});
