/** A whole front in this process, beside a signaling peer on loopback. */
import { createFront } from '../../../front/front.ts';
import type { FrontOptions } from '../../../front/options.ts';
import { UdpTransport } from '../../../shared/sip/index.ts';
import { SignalingPeer } from './signaling-peer.ts';
import type { PeerOptions } from './signaling-peer.ts';

export interface RunningFront {
  readonly url: string;
  readonly peer: SignalingPeer;
  /** Lets nobody new in. */
  drain(signal: AbortSignal): Promise<void>;
  /** Stops front alone. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

export async function startFront(options: Partial<FrontOptions> = {}, peerOptions: PeerOptions = {}): Promise<RunningFront> {
  const peer = await SignalingPeer.start(peerOptions);
  const front = await createFront({
    http: { host: '127.0.0.1', port: 0 },
    signaling: peer.address,
    transport: options.transport ?? (await UdpTransport.bind({ host: '127.0.0.1', port: 0 })),
    ...options,
  });
  return {
    url: front.url,
    peer,
    drain: (signal) => front.drain(signal),
    stop: () => front.close(),
    close: async () => {
      await front.close();
      await peer.close();
    },
  };
}
