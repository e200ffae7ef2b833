/**
 * Takes out of a SIP message what whoever only reads along is not to know: all that lets one act in another's place (digest
 * responses, passwords, ICE passwords, keys of rooms, the marks of people's contacts), and what people write to each other.
 */
import { blankSecrets } from './blank-secrets.ts';

const BLANK = '*';

/** Where the header ends; as lenient as whoever reads a message. */
const HEADER_END = /\r?\n\r?\n/;

/** What follows the first group is blanked. None spans a line or looks far, so that no text makes one slow. */
const SECRETS: readonly RegExp[] = [
  // RFC 8839 §5.4, RFC 8866 §5.12, RFC 4568 §9.1.
  /^(a=ice-pwd:[ \t]*)(\S+)/gim,
  /^(k=\w+:)(\S+)/gim,
  /^(a=crypto:[^\r\n]*?inline:)([^\s|;]+)/gim,
  // The key that admits to a room, the mark of a person's contact, and whatever else is called so in URIs and headers.
  /([;?&](?:key|p|password|token|secret)=)("[^"\r\n]*"|[^\s;?&>,"]+)/gi,
  // RFC 3261 §19.1.1: what stands between a user and his host.
  /(\bsips?:[^\s:@<>;"]{1,256}:)([^\s@<>;"]{1,256})(?=@)/gi,
  /("(?:key|password|token|secret|access|refresh)"[ \t]*:[ \t]*")((?:[^"\\\r\n]|\\[^\r\n])*)/gi,
  // RFC 7616 §3.5, and credentials that are no digest (RFC 7617, RFC 6750).
  /^(authentication-info[ \t]*:[^\r\n]*?\brspauth[ \t]*=[ \t]*"?)([0-9a-f]+)/gim,
  /^((?:proxy-)?authorization[ \t]*:[ \t]*(?!digest\b)\S+[ \t]+)([^\r\n]+)/gim,
];

/** Lines of a CPIM message (RFC 3862) that say who writes to whom, and not what. */
const CPIM_LINES = /^(?:from|to|cc|datetime|content-type):/i;

/** `datagram` with all of that overwritten, byte for byte, so that all lengths stay true. */
export function blankPrivate(datagram: Buffer): Buffer {
  const text = blankSecrets(datagram).toString('latin1');
  const end = HEADER_END.exec(text);
  const header = end ? text.slice(0, end.index) : text;
  const separator = end ? end[0] : '';
  const body = end ? text.slice(end.index + separator.length) : '';
  return Buffer.from(blankHeader(header) + separator + blankBody(body, header), 'latin1');
}

function blankHeader(header: string): string {
  const blanked = blankAll(header);
  return isText(header) ? blanked.replace(/^((?:subject|s)[ \t]*:[ \t]*)([^\r\n]+(?:\r?\n[ \t][^\r\n]*)*)/gim, blankMatch) : blanked;
}

function blankBody(body: string, header: string): string {
  if (body === '') return body;
  // What is packed cannot be looked into.
  if (valueOf(header, 'content-encoding|e') !== undefined) return blank(body);
  if (!isText(header)) return blankAll(body);
  const isCpim = valueOf(header, 'content-type|c')?.toLowerCase().startsWith('message/cpim') === true;
  return isCpim ? blankAll(blankCpim(body)) : blank(body);
}

/** Its headers, the headers of what it holds, and then that: two empty lines come before the text. */
function blankCpim(body: string): string {
  let emptyLines = 0;
  return body.replace(/([^\r\n]*)(\r?\n|$)/g, (_whole, line: string, ending: string) => {
    const known = emptyLines < 2 && CPIM_LINES.test(line);
    if (line === '') emptyLines++;
    return (known ? line : blank(line)) + ending;
  });
}

/** MESSAGE (RFC 3428): what people write. */
function isText(header: string): boolean {
  return /^MESSAGE[ \t]/.test(header);
}

function valueOf(header: string, names: string): string | undefined {
  return new RegExp(`^(?:${names})[ \\t]*:[ \\t]*([^\\r\\n]*)`, 'im').exec(header)?.[1];
}

function blankAll(text: string): string {
  return SECRETS.reduce((left, secret) => left.replace(secret, blankMatch), text);
}

function blankMatch(_whole: string, before: string, secret: string): string {
  return before + blank(secret);
}

/** Line ends stay, so that what is left reads as before. */
function blank(text: string): string {
  return text.replace(/[^\r\n]/g, BLANK);
}
