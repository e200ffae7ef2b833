/** A room's member without a browser: his answers. */
import { formatSdp, MediaSection, parseSdp, type SessionDescription } from '../../../shared/sdp/index.ts';

/** What a browser answers to an offer of ours. */
export function answerTo(offer: string, change: (section: MediaSection) => MediaSection = (section) => section): string {
  const { session, media } = parseSdp(offer);
  const turned: Readonly<Record<string, string>> = { sendonly: 'recvonly', recvonly: 'sendonly', inactive: 'inactive' };
  const sections = media.map((section) => change(new MediaSection(section.lines.filter(({ value }) => !/^(msid|ssrc|candidate)/.test(value)).map((line) => ({ ...line, value: turned[line.value] ?? line.value })))));
  return formatSdp({ session, media: sections } satisfies SessionDescription);
}
