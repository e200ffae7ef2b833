/** A streamer's answer as players and encoders other than our page want it (RFC 9725 §4.3.2): whole, for nothing can be told afterwards. */
import { attributeLine, formatSdp, MediaSection, parseSdp, SdpSection } from '../../shared/sdp/index.ts';
import type { SessionDescription } from '../../shared/sdp/index.ts';
import type { IceFragment } from '../../shared/whip/index.ts';

/** RFC 8838 §5: candidates may follow an offer one by one. */
const ICE_OPTIONS = ['trickle'];
const CANDIDATE = 'candidate';
const END_OF_CANDIDATES = 'end-of-candidates';

/** Says that candidates are taken later, and that those of the streamer are all there are. @param sdp an answer in which each section has its own lines */
export function completeAnswer(sdp: string): string {
  const { session, media } = parseSdp(sdp);
  const options = session.has('ice-options') ? [] : [attributeLine('ice-options', ICE_OPTIONS.join(' '))];
  return formatSdp({ session: new SdpSection([...session.lines, ...options]), media: media.map(withEnd) });
}

function withEnd(section: MediaSection): MediaSection {
  if (!section.has(CANDIDATE) || section.has(END_OF_CANDIDATES)) return section;
  return new MediaSection([...section.lines, attributeLine(END_OF_CANDIDATES, '')]);
}

/** What an answer says of the streamer's ICE, for whoever has the rest of it already. @returns undefined where it says nothing of it */
export function iceOf(sdp: string): IceFragment | undefined {
  const { session, media } = parseSdp(sdp);
  const used = media.find(({ isRejected }) => !isRejected);
  if (used === undefined) return undefined;
  const said = (name: string) => used.attribute(name) ?? session.attribute(name);
  const [ufrag, password] = [said('ice-ufrag'), said('ice-pwd')];
  if (ufrag === undefined || password === undefined) return undefined;
  const section = { media: used.lines[0]?.value, mid: used.mid, candidates: used.attributes(CANDIDATE), endOfCandidates: true };
  return { credentials: { ufrag, password }, options: ICE_OPTIONS, sections: [section] };
}

/** An offer whose ICE begins anew, in all of its sections, and nothing else (RFC 8839 §4.4.1.1.1); its version is one more (RFC 3264 §8). */
export function restartedOffer(sdp: string, { ufrag, password }: { readonly ufrag: string; readonly password: string }): string {
  const { session, media } = parseSdp(sdp);
  const renewed = (section: SdpSection) =>
    section.lines.map((line) => {
      if (line.type === 'o') return { type: 'o', value: nextVersion(line.value) };
      if (line.type !== 'a') return line;
      if (line.value.startsWith('ice-ufrag:')) return attributeLine('ice-ufrag', ufrag);
      return line.value.startsWith('ice-pwd:') ? attributeLine('ice-pwd', password) : line;
    });
  const description: SessionDescription = { session: new SdpSection(renewed(session)), media: media.map((section) => new MediaSection(renewed(section))) };
  return formatSdp(description);
}

function nextVersion(origin: string): string {
  const [user = '-', id = '0', version = '0', ...others] = origin.split(' ');
  return [user, id, String(BigInt(/^\d+$/.test(version) ? version : '0') + 1n), ...others].join(' ');
}
