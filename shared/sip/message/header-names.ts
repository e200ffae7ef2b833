/** Names of header fields and their compact forms, as registered with IANA (RFC 3261 §7.3.3, §20). */

/** Compact form → name. */
const COMPACT_FORMS: Readonly<Record<string, string>> = {
  a: 'Accept-Contact',
  b: 'Referred-By',
  c: 'Content-Type',
  d: 'Request-Disposition',
  e: 'Content-Encoding',
  f: 'From',
  i: 'Call-ID',
  j: 'Reject-Contact',
  k: 'Supported',
  l: 'Content-Length',
  m: 'Contact',
  n: 'Identity-Info',
  o: 'Event',
  r: 'Refer-To',
  s: 'Subject',
  t: 'To',
  u: 'Allow-Events',
  v: 'Via',
  x: 'Session-Expires',
  y: 'Identity',
};

const OTHER_NAMES = [
  'Accept', 'Accept-Encoding', 'Accept-Language', 'Accept-Resource-Priority', 'Alert-Info', 'Allow', 'Authentication-Info',
  'Authorization', 'Call-Info', 'Content-Disposition', 'Content-ID', 'Content-Language', 'CSeq', 'Date', 'Error-Info', 'Expires',
  'Feature-Caps', 'Flow-Timer', 'Geolocation', 'History-Info', 'In-Reply-To', 'Info-Package', 'Join', 'Max-Breadth', 'Max-Forwards',
  'MIME-Version', 'Min-Expires', 'Min-SE', 'Organization', 'P-Asserted-Identity', 'P-Preferred-Identity', 'Path', 'Priority',
  'Privacy', 'Proxy-Authenticate', 'Proxy-Authorization', 'Proxy-Require', 'RAck', 'Reason', 'Record-Route', 'Recv-Info',
  'Refer-Sub', 'Replaces', 'Reply-To', 'Require', 'Resource-Priority', 'Retry-After', 'Route', 'RSeq', 'Security-Client',
  'Security-Server', 'Security-Verify', 'Server', 'Service-Route', 'SIP-ETag', 'SIP-If-Match', 'Subscription-State',
  'Suppress-If-Match', 'Target-Dialog', 'Timestamp', 'Unsupported', 'User-Agent', 'User-to-User', 'Warning', 'WWW-Authenticate',
];

const KNOWN = new Map<string, string>();
for (const name of [...Object.values(COMPACT_FORMS), ...OTHER_NAMES]) {
  for (const spelling of [name, name.toLowerCase(), name.toUpperCase()]) KNOWN.set(spelling, name);
}
for (const [compact, name] of Object.entries(COMPACT_FORMS)) {
  KNOWN.set(compact, name);
  KNOWN.set(compact.toUpperCase(), name);
}

/** The registered spelling of a header name in any case or in its compact form; undefined where it is not registered. */
export function registeredName(name: string): string | undefined {
  return KNOWN.get(name) ?? KNOWN.get(name.toLowerCase());
}

const COMPACT_OF = new Map(Object.entries(COMPACT_FORMS).map(([compact, name]) => [name, compact]));

/** The compact form of a registered name, where it has one. */
export function compactForm(name: string): string | undefined {
  return COMPACT_OF.get(name);
}

/** What two spellings of one header name have in common: the registered name, or else the name in lower case. */
export function nameKey(name: string): string {
  return KNOWN.get(name) ?? unusualKey(name);
}

function unusualKey(name: string): string {
  const lower = name.toLowerCase();
  return KNOWN.get(lower) ?? lower;
}

/** What nearly every message brings, by length and first letter: recognised where it stands, without making a string of it. */
const USUAL_NAMES = [
  'Accept', 'Allow', 'Call-ID', 'Contact', 'Content-Length', 'Content-Type', 'CSeq', 'Event', 'Expires', 'From', 'Max-Forwards',
  'Record-Route', 'Route', 'Server', 'Supported', 'To', 'User-Agent', 'Via',
];
const USUAL: string[][] = [];
for (const name of USUAL_NAMES) (USUAL[usualSlot(name.length, name.charCodeAt(0))] ??= []).push(name);

function usualSlot(length: number, firstCode: number): number {
  return length * 32 + (firstCode & 31);
}

/** The header name that is `text.slice(start, end)`, when it is a usual one in its registered spelling. */
export function usualName(text: string, start: number, end: number): string | undefined {
  const names = USUAL[usualSlot(end - start, text.charCodeAt(start))];
  if (names === undefined) return undefined;
  for (const name of names) if (text.startsWith(name, start)) return name;
  return undefined;
}
