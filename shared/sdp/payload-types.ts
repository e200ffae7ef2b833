/** The codecs of an RTP media section: rtpmap, fmtp and rtcp-fb put together (RFC 8866 §6.6, §6.15; RFC 4585 §4.2). */

import type { MediaSection } from './session-description.ts';

export interface PayloadType {
  readonly number: string;
  /** As written, such as `VP8` or `opus`; codec names compare without regard to case. */
  readonly name: string;
  /** Hz; 0 where it is not told. */
  readonly clockRate: number;
  readonly channels: number | undefined;
  /** The fmtp line's value, such as `minptime=10;useinbandfec=1`. */
  readonly format: string | undefined;
  /** Feedback such as `nack pli`, without the payload type. */
  readonly feedback: readonly string[];
}

/** Static payload types that may go without rtpmap (RFC 3551 table 4). */
const STATIC: Readonly<Record<string, string>> = { 0: 'PCMU/8000', 8: 'PCMA/8000', 9: 'G722/8000', 13: 'CN/8000' };

/** In the order of preference of the media line. */
export function payloadTypes(media: MediaSection): PayloadType[] {
  if (!media.isRtp) return [];
  const maps = byPayloadType(media.attributes('rtpmap'));
  const formats = byPayloadType(media.attributes('fmtp'));
  const feedback = media.attributes('rtcp-fb').map(splitPayloadType);
  return media.formats.map((number) => {
    const [name = '', rate, channels] = (maps.get(number) ?? STATIC[number] ?? '').split('/');
    return {
      number,
      name,
      clockRate: Number(rate ?? 0),
      channels: channels === undefined ? undefined : Number(channels),
      format: formats.get(number),
      feedback: feedback.filter(([of]) => of === number || of === '*').map(([, value]) => value),
    };
  });
}

/** The parameters of an fmtp value, names in lower case. */
export function formatParameters(format: string | undefined): ReadonlyMap<string, string> {
  const pairs = (format ?? '').split(';').map((pair): [string, string] => {
    const equals = pair.indexOf('=');
    return equals < 0 ? [pair.trim().toLowerCase(), ''] : [pair.slice(0, equals).trim().toLowerCase(), pair.slice(equals + 1).trim()];
  });
  return new Map(pairs.filter(([name]) => name !== ''));
}

/**
 * Whether a payload type is for the form of its codec in which streams are sent: VP9 and AV1 in profile 0 (RFC 9628 §6.1; AV1's
 * RTP specification §7.2.2), H.264 in packetization mode 1 (RFC 6184 §8.1). Other codecs have one form only.
 */
export function isSentForm({ name, format }: Pick<PayloadType, 'name' | 'format'>): boolean {
  const parameters = formatParameters(format);
  switch (name.toLowerCase()) {
    case 'vp9':
      return (parameters.get('profile-id') ?? '0') === '0';
    case 'av1':
      return (parameters.get('profile') ?? '0') === '0';
    case 'h264':
      return parameters.get('packetization-mode') === '1';
    default:
      return true;
  }
}

/** `96 nack pli` → `['96', 'nack pli']` */
export function splitPayloadType(value: string): [string, string] {
  const space = value.indexOf(' ');
  return space < 0 ? [value, ''] : [value.slice(0, space), value.slice(space + 1).trim()];
}

function byPayloadType(values: readonly string[]): Map<string, string> {
  return new Map(values.map(splitPayloadType));
}
