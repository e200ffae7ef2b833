/** What an offer says of its streams, in as few bytes as tell them apart. */
import type { SdpLine } from '../../shared/sdp/index.ts';

/** Each source (RFC 5576) in one line: their numbers tell streams apart, and what the browser calls them is of no use to others. */
export function withShortSources(lines: readonly SdpLine[]): SdpLine[] {
  const known = new Set<string>();
  return lines.flatMap((line) => {
    if (line.type !== 'a') return [line];
    if (line.value.startsWith('msid:')) return [];
    const number = /^ssrc:(\d+)/.exec(line.value)?.[1];
    if (number === undefined) return [line];
    if (known.has(number)) return [];
    known.add(number);
    return [{ type: 'a', value: `ssrc:${number} cname:c` }];
  });
}
