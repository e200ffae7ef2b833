/** Captures in the browser: the ladder's messages as a pcapng file that Wireshark opens, and such a file as messages. */
import { joined, textBytes } from '../../../../../shared/capture/bytes.ts';
import { addressBytes, addressText } from '../../../../../shared/capture/ip-address.ts';
import { ipPacket } from '../../../../../shared/capture/ip-packet.ts';
import type { Endpoint } from '../../../../../shared/capture/ip-packet.ts';
import { enhancedPacketBlock, interfaceDescriptionBlock, sectionHeaderBlock } from '../../../../../shared/capture/pcapng-blocks.ts';
import { packetsIn } from '../../../../../shared/capture/pcapng-reader.ts';
import { udpDatagramIn } from '../../../../../shared/capture/udp-packet.ts';
import type { WireMessage } from '../../connection/trace.ts';

/** Of a file to be opened. */
export const MAX_FILE_BYTES = 32 * 1024 * 1024;
const LOST_COMMENT = 'lost: it was thrown away in place of being sent';
const SIP = /^(?:[A-Z]+ \S+ SIP\/2\.0\r?\n|SIP\/2\.0 \d{3} )/;
/** Where SIP begins, if it is there. */
const START_BYTES = 2048;

export interface OpenedCapture {
  readonly messages: readonly WireMessage[];
  /** SIP messages beyond those that there is room for. */
  readonly left: number;
}

/** A pcapng file with one UDP datagram a message, between their real addresses and at their real times. */
export function writeCapture(messages: readonly WireMessage[], isDaemon: (address: string) => boolean): Uint8Array<ArrayBuffer> {
  const packets = messages.flatMap(({ at, source, target, lost, raw }, index) => {
    const [from, to] = [endpointOf(source), endpointOf(target)];
    if (!from || !to || from.address.length !== to.address.length) return [];
    return [
      enhancedPacketBlock({
        microseconds: Math.round(at * 1000),
        direction: isDaemon(target) ? 'inbound' : 'outbound',
        packet: ipPacket(from, to, textBytes(raw), index + 1),
        ...(lost && { comment: LOST_COMMENT }),
      }),
    ];
  });
  return joined([sectionHeaderBlock('sipcast'), interfaceDescriptionBlock('signaling'), ...packets]);
}

/**
 * The SIP messages of a capture, at most `most` of them.
 * @throws PcapngError for what is no pcapng file
 */
export function readCapture(file: Uint8Array, most: number): OpenedCapture {
  const decoder = new TextDecoder();
  const messages: WireMessage[] = [];
  let left = 0;
  for (const { linkType, packet, microseconds, comment } of packetsIn(file)) {
    const datagram = udpDatagramIn(linkType, packet);
    if (!datagram || !SIP.test(decoder.decode(datagram.payload.subarray(0, START_BYTES)))) continue;
    if (messages.length >= most) {
      left++;
      continue;
    }
    const { source, destination, payload } = datagram;
    messages.push({ at: microseconds / 1000, source: addressOf(source), target: addressOf(destination), lost: comment === LOST_COMMENT, bytes: undefined, raw: decoder.decode(payload) });
  }
  return { messages, left };
}

function endpointOf(address: string): Endpoint | undefined {
  const colon = address.lastIndexOf(':');
  const bytes = addressBytes(address.slice(0, colon).replace(/^\[(.*)\]$/, '$1'));
  return bytes && { address: bytes, port: Number(address.slice(colon + 1)) };
}

function addressOf({ address, port }: Endpoint): string {
  const text = addressText(address);
  return `${text.includes(':') ? `[${text}]` : text}:${port}`;
}
