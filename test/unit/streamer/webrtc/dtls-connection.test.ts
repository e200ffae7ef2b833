import type { DtlsServer } from 'werift';
import { describe, expect, it } from 'vitest';
import { SRTP_PROFILES } from '../../../../streamer/srtp/profile.ts';
import { ownCertificate } from '../../../../streamer/webrtc/certificate.ts';
import { DtlsConnection } from '../../../../streamer/webrtc/dtls-connection.ts';
import { freshWerift } from '../../../support/streamer/fresh-werift.ts';

/** A browser's end, played by werift as its authors made it. */
async function connected() {
  const certificate = await ownCertificate();
  const { werift } = freshWerift();
  const wire = {
    type: 'memory',
    address: {},
    closed: false,
    onData: (() => undefined) as (datagram: Buffer) => void,
    send: async (data: Buffer) => void setImmediate(() => near.receive(Buffer.from(data))),
    close: async () => undefined,
  };
  const { certificate: cert, key, signatureHash } = certificate;
  const far: DtlsServer = new werift.DtlsServer({ cert, key, signatureHash, transport: wire, srtpProfiles: [SRTP_PROFILES.aes128Gcm], extendedMasterSecret: true, certificateRequest: true } as never);
  let up: () => void;
  const isUp = new Promise<void>((resolve) => (up = resolve));
  const ended: string[] = [];
  const heard: string[] = [];
  const near: DtlsConnection = new DtlsConnection({
    certificate,
    fingerprints: [{ algorithm: 'sha-256', value: certificate.fingerprint }],
    profiles: [SRTP_PROFILES.aes128Gcm],
    send: (datagram) => void setImmediate(() => wire.onData(datagram)),
    onConnected: () => up(),
    onFailed: (error) => ended.push(error.message),
    onEnded: () => ended.push('left'),
    onData: (data) => heard.push(data.toString()),
  });
  await isUp;
  return { near, far, ended, heard };
}

describe('a DTLS connection', () => {
  it('carries data both ways', async () => {
    const { near, far, heard } = await connected();
    const arrived = new Promise<string>((resolve) => far.onData.once((data) => resolve(data.toString())));
    near.send(Buffer.from('to the viewer'));
    expect(await arrived).toBe('to the viewer');
    await far.send(Buffer.from('to the streamer'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(heard).toEqual(['to the streamer']);
    near.close();
  });

  it('says when it is closed, once, so that the other end need not find out', async () => {
    const { near, far, ended } = await connected();
    let farewells = 0;
    const closed = new Promise<void>((resolve) => far.onClose.subscribe(() => {
      farewells++;
      resolve();
    }));
    near.close();
    near.close();
    near.send(Buffer.from('too late'));
    await closed;
    await new Promise((resolve) => setImmediate(resolve));
    expect(farewells).toBe(1);
    expect(ended).toEqual([]);
  });
});
