/** A data channel whose far end is werift's own SCTP, joined in memory. */
import { randomBytes } from 'node:crypto';
import type { RTCDataChannel, RTCSctpTransport } from 'werift';
import type { Clock } from '../../../shared/sip/index.ts';
import { DataChannel } from '../../../streamer/webrtc/data-channel.ts';
import { freshWerift } from './fresh-werift.ts';

const { werift, internal } = freshWerift();

/** What werift's SCTP needs of a DTLS transport. */
interface Wire {
  readonly id: string;
  dataReceiver: (data: Buffer) => void;
  sendData(data: Buffer): Promise<void>;
  readonly onStateChange: { subscribe(): { unSubscribe(): void } };
  readonly iceTransport: { readonly role: string };
}

export interface WeriftChannel {
  readonly near: DataChannel;
  /** What werift has received. */
  readonly received: string[];
  readonly opened: Promise<void>;
  /** Told the number of each packet of both directions, whether it is to be lost; none is unless set. */
  loses: (packet: number) => boolean;
  send(message: string | Buffer): void;
  /** Resolves as soon as `done` holds after a message at either end. */
  until(done: () => boolean): Promise<void>;
  close(): void;
}

export function weriftChannel(clock: Clock): WeriftChannel {
  const transport: RTCSctpTransport = new werift.RTCSctpTransport();
  const received: string[] = [];
  const waiting: { done: () => boolean; resolve: () => void }[] = [];
  let packets = 0;
  let closed = false;
  const wire: Wire = {
    id: 'memory',
    dataReceiver: () => undefined,
    sendData: async (data) => {
      if (!channel.loses(packets++)) setImmediate(() => near.receive(Buffer.from(data)));
    },
    onStateChange: { subscribe: () => ({ unSubscribe: () => undefined }) },
    iceTransport: { role: 'controlling' },
  };
  const near = new DataChannel({
    clock,
    randomBytes,
    send: (packet) => {
      if (channel.loses(packets++)) return;
      setImmediate(() => {
        if (!closed) wire.dataReceiver(packet);
      });
    },
  });
  const check = () => {
    for (const each of waiting.filter(({ done }) => done())) {
      waiting.splice(waiting.indexOf(each), 1);
      each.resolve();
    }
  };
  near.onMessage(() => setImmediate(check));
  transport.setDtlsTransport(wire as never);
  const { RTCDataChannelParameters, RTCDataChannel: Channel } = internal('webrtc/src/dataChannel.js') as { RTCDataChannelParameters: new (options: object) => unknown; RTCDataChannel: new (transport: unknown, parameters: unknown) => RTCDataChannel };
  const far = new Channel(transport, new RTCDataChannelParameters({ label: 'controls', ordered: true }));
  far.onMessage.subscribe((message) => {
    received.push(message.toString());
    check();
  });
  const opened = new Promise<void>((resolve) => far.stateChanged.subscribe((state) => {
    if (state === 'open') resolve();
  }));
  const channel: WeriftChannel = {
    near,
    received,
    opened,
    loses: () => false,
    send: (message) => far.send(message),
    until: (done) => (done() ? Promise.resolve() : new Promise((resolve) => waiting.push({ done, resolve }))),
    close: () => {
      closed = true;
      near.close();
      void transport.stop();
    },
  };
  void transport.start(5000);
  return channel;
}
