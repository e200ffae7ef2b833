/** The lines of a session description (RFC 8866), and of a fragment of one (RFC 8840): what each is for. */
import { entryOf, explained } from './explanation.ts';
import type { Explanation } from './explanation.ts';

const LINES: Readonly<Record<string, Explanation>> = {
  v: explained('Version of SDP: always 0.', 'RFC 8866 §5.1'),
  o: explained('Who made this description: a session number, and a version that grows with each new offer.', 'RFC 8866 §5.2'),
  s: explained('Name of the session; “-” where there is none.', 'RFC 8866 §5.3'),
  i: explained('Words on the session.', 'RFC 8866 §5.4'),
  c: explained('Address for media. With ICE it means nothing: the candidates say where.', 'RFC 8866 §5.7'),
  b: explained('How much bandwidth it may take.', 'RFC 8866 §5.8'),
  t: explained('From when to when; 0 0 is always.', 'RFC 8866 §5.9'),
  k: explained('A key. It should not be here, and is blanked.', 'RFC 8866 §5.12'),
  m: explained('A media section: audio, video or application, port, transport, and the payload types or formats that are offered, the best first. Port 9 stands for “see the candidates”, 0 refuses the section.', 'RFC 8866 §5.14'),
};

const ATTRIBUTES: Readonly<Record<string, Explanation>> = {
  'bundle-only': explained('This section travels with the others of its group, or not at all.', 'RFC 9143 §6'),
  candidate: explained('An address at which the sender may be reached: foundation, component, transport, priority, address, port, and of which kind it is.', 'RFC 8839 §5.1'),
  crypto: explained('Keys for SRTP in the clear; WebRTC does not use it, and it is blanked.', 'RFC 4568 §9.1'),
  'end-of-candidates': explained('There are no further addresses.', 'RFC 8838 §13'),
  extmap: explained('A number for an RTP header extension, by its URI.', 'RFC 8285 §5'),
  'extmap-allow-mixed': explained('One- and two-byte header extensions may be mixed.', 'RFC 8285 §6'),
  fingerprint: explained('Hash of the certificate that DTLS must show: this ties the encrypted media to this signaling.', 'RFC 8122 §5'),
  fmtp: explained('Parameters of a format.', 'RFC 8866 §6.15'),
  group: explained('Sections that go together: BUNDLE puts them all on one transport.', 'RFC 9143 §5'),
  'ice-lite': explained('The sender only answers connectivity checks.', 'RFC 8839 §5.3'),
  'ice-options': explained('Extensions of ICE: trickle says that addresses may follow later.', 'RFC 8839 §5.6'),
  'ice-pwd': explained('The password of connectivity checks. It is blanked: who has it may take part.', 'RFC 8839 §5.4'),
  'ice-ufrag': explained('The user name of connectivity checks: which session a packet is for.', 'RFC 8839 §5.4'),
  identity: explained('An assertion who makes the call.', 'RFC 8827 §5'),
  imageattr: explained('Picture sizes that can be sent or shown.', 'RFC 6236 §3'),
  inactive: explained('Nothing is sent either way.', 'RFC 8866 §6.7.4'),
  'max-message-size': explained('The largest message on the data channel, in bytes.', 'RFC 8841 §6'),
  maxptime: explained('The most milliseconds of sound in one packet.', 'RFC 8866 §6.5'),
  mid: explained('The section’s name.', 'RFC 5888 §4'),
  msid: explained('The stream and the track of WebRTC that this section carries.', 'RFC 8830 §2'),
  'msid-semantic': explained('How streams are told apart: an old form that browsers still write.', 'RFC 8830 §2'),
  ptime: explained('Milliseconds of sound in one packet.', 'RFC 8866 §6.4'),
  recvonly: explained('The sender of this only wants to receive.', 'RFC 8866 §6.7.1'),
  rid: explained('A name for one of several sizes of the same picture.', 'RFC 8851 §4'),
  rtcp: explained('Port of RTCP where it is another one.', 'RFC 3605 §2.1'),
  'rtcp-fb': explained('Feedback that is understood: nack asks for lost packets, pli for a keyframe, transport-cc tells when packets arrived.', 'RFC 4585 §4.2'),
  'rtcp-mux': explained('RTP and RTCP share one port.', 'RFC 5761 §5.1.1'),
  'rtcp-mux-only': explained('RTP and RTCP share one port, or there is no session.', 'RFC 8858 §3'),
  'rtcp-rsize': explained('Feedback may come in small packets of its own.', 'RFC 5506 §5'),
  rtpmap: explained('What a payload type’s number stands for: codec, clock rate, channels.', 'RFC 8866 §6.6'),
  'sctp-port': explained('SCTP port of the data channel, inside DTLS.', 'RFC 8841 §5'),
  sendonly: explained('The sender of this only sends.', 'RFC 8866 §6.7.3'),
  sendrecv: explained('Both send.', 'RFC 8866 §6.7.2'),
  setup: explained('Who begins DTLS: active does, passive waits, actpass lets the other choose.', 'RFC 5763 §5'),
  simulcast: explained('The same picture in several sizes at a time.', 'RFC 8853 §5.1'),
  ssrc: explained('An RTP source of this section, and what is known of it.', 'RFC 5576 §4.1'),
  'ssrc-group': explained('RTP sources that belong together: FID is a stream and its retransmissions.', 'RFC 5576 §4.2'),
  'ice-mismatch': explained('The address of the section is none of its candidates.', 'RFC 8839 §5.3'),
};

const UNKNOWN_ATTRIBUTE = explained('No attribute that this page knows: who does not know it passes over it.', 'RFC 8866 §5.13');
const UNKNOWN_LINE = explained('No line that a session description has.', 'RFC 8866 §5');

/** @param line without its line break */
export function explainSdp(line: string): Explanation {
  const [, type = '', value = ''] = /^([a-z])=(.*)$/.exec(line) ?? [];
  if (type !== 'a') return entryOf(LINES, type) ?? UNKNOWN_LINE;
  return entryOf(ATTRIBUTES, /^[^:]*/.exec(value)?.[0] ?? '') ?? UNKNOWN_ATTRIBUTE;
}

/** Whether there is a sentence of its own. */
export function knowsSdp(line: string): boolean {
  const explanation = explainSdp(line);
  return explanation !== UNKNOWN_ATTRIBUTE && explanation !== UNKNOWN_LINE;
}
