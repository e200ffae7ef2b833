/** Candidates on their way between two browsers, as lines of `application/trickle-ice-sdpfrag` (RFC 8840 §9). */

export interface Candidate {
  /** `candidate:…`, or empty for the end of candidates. */
  readonly candidate: string;
  readonly mid: string;
}

export interface Credentials {
  readonly ufrag: string;
  readonly pwd: string;
}

/** One fragment may bring so many; no machine has more addresses. */
const MAX_CANDIDATES = 64;
const MAX_LINE = 512;

/** @param candidates all of one section, for everything travels bundled */
export function makeFragment(candidates: readonly Candidate[], { ufrag, pwd }: Credentials): string {
  const mids = [...new Set(candidates.map(({ mid }) => mid))];
  const sections = mids.flatMap((mid) => [
    'm=audio 9 RTP/AVP 0',
    `a=mid:${mid}`,
    ...candidates.filter((each) => each.mid === mid).map(({ candidate }) => (candidate === '' ? 'a=end-of-candidates' : `a=${candidate}`)),
  ]);
  return [`a=ice-ufrag:${ufrag}`, `a=ice-pwd:${pwd}`, ...sections, ''].join('\r\n');
}

/** @returns what of the text are candidates; the rest is not looked at */
export function readFragment(text: string): Candidate[] {
  const candidates: Candidate[] = [];
  let mid = '';
  for (const line of text.split(/\r?\n/)) {
    if (line.length > MAX_LINE) continue;
    if (line.startsWith('a=mid:')) mid = line.slice('a=mid:'.length).trim();
    else if (line.startsWith('a=candidate:')) candidates.push({ candidate: line.slice('a='.length), mid });
    else if (line === 'a=end-of-candidates') candidates.push({ candidate: '', mid });
    if (candidates.length === MAX_CANDIDATES) break;
  }
  return candidates;
}

/** @param sdp a description of one's own */
export function credentialsIn(sdp: string): Credentials {
  return { ufrag: /^a=ice-ufrag:(.*?)\r?$/m.exec(sdp)?.[1] ?? '', pwd: /^a=ice-pwd:(.*?)\r?$/m.exec(sdp)?.[1] ?? '' };
}
