/** Which track of which member stands in which section of a room's offer: `a=msid:<member> <member>-audio|camera|screen` (RFC 8830). */
import { TRACK_KINDS, type TrackKind } from '../participant.ts';

export interface SectionTrack {
  readonly mid: string;
  readonly member: string;
  readonly kind: TrackKind;
}

/** @param sdp an offer of the room's focus @returns the tracks that are sent; free sections are left out, and so is what names no member */
export function tracksIn(sdp: string): SectionTrack[] {
  return sdp.split(/\r?\n(?=m=)/).slice(1).flatMap((section) => {
    const lines = section.split(/\r?\n/);
    const mid = valueOf(lines, 'a=mid:');
    const [member, track] = valueOf(lines, 'a=msid:')?.split(' ') ?? [];
    const sends = lines.includes('a=sendonly') || lines.includes('a=sendrecv');
    const kind = TRACK_KINDS.find((each) => track === `${member ?? ''}-${each}`);
    return sends && mid !== undefined && member !== undefined && kind !== undefined ? [{ mid, member, kind }] : [];
  });
}

function valueOf(lines: readonly string[], start: string): string | undefined {
  return lines.find((line) => line.startsWith(start))?.slice(start.length).trim();
}
