/** Text → session description (RFC 8866 §5, §9), bounded in size. */

import { SdpError } from './sdp-error.ts';
import { MediaSection, SdpSection, type SdpLine, type SessionDescription } from './session-description.ts';

/** Several times a browser's largest offer. */
export const MAX_SDP_CHARACTERS = 65_536;
export const MAX_SDP_LINES = 4_096;
export const MAX_MEDIA_SECTIONS = 128;

const MEDIA_LINE = /^[A-Za-z0-9-]{1,32} [0-9]{1,5}(?:\/[0-9]{1,5})? [A-Za-z0-9/-]{1,64}(?: [!-~]{1,64})+$/;

/**
 * Accepts bare line feeds as RFC 8866 §5 asks; `formatSdp` writes CRLF.
 * @throws SdpError saying which line is wrong
 */
export function parseSdp(text: string): SessionDescription {
  if (text.length > MAX_SDP_CHARACTERS) throw new SdpError(`The SDP has ${text.length} characters, more than ${MAX_SDP_CHARACTERS}`);
  const lines = parseLines(text);
  checkSessionLines(lines);
  const starts = lines.flatMap((line, index) => (line.type === 'm' ? [index] : []));
  if (starts.length > MAX_MEDIA_SECTIONS) throw new SdpError(`The SDP has more than ${MAX_MEDIA_SECTIONS} media sections`);
  return {
    session: new SdpSection(lines.slice(0, starts[0] ?? lines.length)),
    media: starts.map((start, i) => parseMedia(lines.slice(start, starts[i + 1] ?? lines.length))),
  };
}

function parseLines(text: string): SdpLine[] {
  const rows = text.split('\n');
  if (rows.at(-1) === '') rows.pop();
  if (rows.length > MAX_SDP_LINES) throw new SdpError(`The SDP has more than ${MAX_SDP_LINES} lines`);
  return rows.map((row, index) => {
    const line = row.endsWith('\r') ? row.slice(0, -1) : row;
    if (!/^[a-z]=/.test(line) || hasControlCharacter(line)) throw new SdpError(`SDP line ${index + 1} is malformed: ${JSON.stringify(line.slice(0, 60))}`);
    return { type: line.charAt(0), value: line.slice(2) };
  });
}

/** What no line may hold; a tab it may (byte-string, RFC 8866 §9). */
function hasControlCharacter(line: string): boolean {
  for (let i = 0; i < line.length; i++) {
    const code = line.charCodeAt(i);
    if ((code < 32 && code !== 9) || code === 127) return true;
  }
  return false;
}

/** v, o and s begin every description in this order, and t follows somewhere before the media (RFC 8866 §5). */
function checkSessionLines(lines: readonly SdpLine[]): void {
  const [version, origin, name] = lines;
  if (version?.type !== 'v' || version.value !== '0') throw new SdpError('The SDP does not begin with v=0');
  if (origin?.type !== 'o' || origin.value.split(' ').length !== 6) throw new SdpError('The second SDP line is no o= line with its six fields');
  if (name?.type !== 's') throw new SdpError('The third SDP line is no s= line');
  const firstMedia = lines.findIndex((line) => line.type === 'm');
  const times = lines.findIndex((line) => line.type === 't');
  if (times < 0 || (firstMedia >= 0 && times > firstMedia)) throw new SdpError('The SDP has no t= line at the session level');
}

function parseMedia(lines: readonly SdpLine[]): MediaSection {
  const media = new MediaSection(lines);
  if (!MEDIA_LINE.test(lines[0]?.value ?? '') || media.port > 65_535) {
    throw new SdpError(`Malformed SDP media line: ${JSON.stringify(lines[0]?.value.slice(0, 60))}`);
  }
  return media;
}
