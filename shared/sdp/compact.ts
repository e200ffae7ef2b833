/**
 * What bundled media sections repeat, said once at the session level, and back. The grammar allows it for ICE (RFC 8839
 * §5.4), fingerprint (RFC 8122 §5), setup (RFC 4145 §4), connection and direction (RFC 8866 §5.7, §6.7) and extmap
 * (RFC 8285 §5). Chromium and Firefox read all of it but the direction; not everybody does, hence `expand`.
 */

import { attributeLine, attributeName, attributeValue, DIRECTIONS, MediaSection, SdpSection, type SdpLine, type SessionDescription } from './session-description.ts';

/** Hoisted where all sections in use have the very same lines of this name. */
const TRANSPORT_ATTRIBUTES = ['ice-ufrag', 'ice-pwd', 'ice-options', 'fingerprint', 'setup'];

/** Of the whole bundle where its first section says so (RFC 8859 §5.10: IDENTICAL); browsers want it in each. */
const MULTIPLEXING = 'rtcp-mux';

const NO_CONNECTION: SdpLine = { type: 'c', value: 'IN IP4 0.0.0.0' };

/** Said once, by the section that the bundle stands on (RFC 8843 §7.1.1, RFC 8829 §5.3.1). */
const CANDIDATE_ATTRIBUTES = ['candidate', 'end-of-candidates'];

/**
 * Moves to the session level what all sections in use agree on, which `expand` undoes, and leaves the candidates of a
 * bundle to its first section alone, which suffices everywhere.
 */
export function compact(original: SessionDescription): SessionDescription {
  const description = expand(original);
  const used = description.media.filter((section) => !section.isRejected);
  if (used.length === 0) return original;
  const rtp = used.filter((section) => section.isRtp);
  const attributes = [...TRANSPORT_ATTRIBUTES.filter((name) => agree(used, name)), ...commonDirection(rtp)];
  const extensions = commonExtensions(rtp);
  const [connection] = new Set(description.media.map((section) => section.first('c') ?? ''));
  const sameConnection = connection !== undefined && connection !== '' && description.media.every((section) => section.first('c') === connection);

  const hoisted = [
    ...attributes.flatMap((name) => (isDirection(name) ? rtp : used)[0]?.lines.filter((line) => attributeName(line) === name) ?? []),
    ...[...extensions].map((value) => attributeLine('extmap', value)),
  ];
  const isHoisted = (line: SdpLine): boolean => {
    const name = attributeName(line);
    if (name === undefined) return sameConnection && line.type === 'c';
    return attributes.includes(name) || (name === 'extmap' && extensions.has(attributeValue(line)));
  };
  return {
    session: new SdpSection([...withConnection(description.session.lines, sameConnection ? connection : undefined), ...hoisted]),
    media: description.media.map((section) => {
      const said = saidByCarrier(section, carrierOf(description, section));
      return new MediaSection(section.lines.filter((line) => !isHoisted(line) && !said.includes(attributeName(line) ?? '')));
    }),
  };
}

/** The section that carries the transport of this one, which is in its bundle; undefined where this one carries its own. */
function carrierOf({ session, media }: SessionDescription, section: MediaSection): MediaSection | undefined {
  const bundle = session.attributes('group').map((group) => group.split(' ')).find(([semantics]) => semantics === 'BUNDLE');
  const carrier = media.find(({ mid }) => mid !== undefined && mid === bundle?.[1]);
  return carrier !== section && section.mid !== undefined && bundle?.includes(section.mid) === true ? carrier : undefined;
}

/** Names of attributes that a section need not repeat. */
function saidByCarrier(section: MediaSection, carrier: MediaSection | undefined): string[] {
  if (carrier === undefined) return [];
  return [...(agree([carrier, section], 'candidate') ? CANDIDATE_ATTRIBUTES : []), ...(carrier.has(MULTIPLEXING) ? [MULTIPLEXING] : [])];
}

/**
 * Gives every section in use its own copy of what stands at the session level, and removes it there; a section, refused or not, that nobody gave
 * an address gets the one that says nothing, without which Firefox refuses the whole description (RFC 8866 §5.7).
 */
export function expand(description: SessionDescription): SessionDescription {
  const { session } = description;
  const own = session.lines.filter((line) => isLowered(line) || line.type === 'c');
  const lowered = own.some(({ type }) => type === 'c') ? own : [NO_CONNECTION, ...own];
  return {
    session: new SdpSection(session.lines.filter((line) => !own.includes(line))),
    media: description.media.map((section) => {
      const multiplexed = section.isRtp && carrierOf(description, section)?.has(MULTIPLEXING) === true;
      return withDefaults(section, multiplexed ? [...lowered, { type: 'a', value: MULTIPLEXING }] : lowered);
    }),
  };
}

function isLowered(line: SdpLine): boolean {
  const name = attributeName(line);
  return name !== undefined && (TRANSPORT_ATTRIBUTES.includes(name) || isDirection(name) || name === 'extmap');
}

function withDefaults(section: MediaSection, defaults: readonly SdpLine[]): MediaSection {
  const missing = defaults.filter((line) => {
    const name = attributeName(line);
    if (name === undefined) return section.first('c') === undefined;
    if (section.isRejected) return false;
    if (isDirection(name)) return section.isRtp && !DIRECTIONS.some((direction) => section.has(direction));
    if (name === 'extmap') return section.isRtp && !section.attributes('extmap').some((value) => extensionId(value) === extensionId(attributeValue(line)));
    return !section.has(name);
  });
  const [media, ...own] = section.lines;
  const connection = missing.filter((line) => line.type === 'c');
  return new MediaSection([...(media === undefined ? [] : [media]), ...connection, ...own, ...missing.filter((line) => line.type !== 'c')]);
}

function agree(sections: readonly MediaSection[], name: string): boolean {
  const [first, ...others] = sections.map((section) => section.attributes(name).join('\n'));
  return first !== undefined && first !== '' && others.every((other) => other === first);
}

/** The direction that every RTP section says, if they say the same. */
function commonDirection(rtp: readonly MediaSection[]): string[] {
  return DIRECTIONS.filter((direction) => rtp.length > 0 && rtp.every((section) => section.has(direction)));
}

/** Extensions that every RTP section has, under the same number and direction. */
function commonExtensions(rtp: readonly MediaSection[]): Set<string> {
  const [first, ...others] = rtp.map((section) => section.attributes('extmap'));
  return new Set((first ?? []).filter((value) => others.every((other) => other.includes(value))));
}

/** c= stands between the session's name and its times (RFC 8866 §5). */
function withConnection(lines: readonly SdpLine[], connection: string | undefined): SdpLine[] {
  if (connection === undefined) return [...lines];
  const index = lines.findIndex((line) => !'vosiuep'.includes(line.type));
  return [...lines.slice(0, index), { type: 'c', value: connection }, ...lines.slice(index)];
}

function extensionId(value: string): string {
  return value.split(/[ /]/)[0] ?? '';
}

function isDirection(name: string): boolean {
  return DIRECTIONS.some((direction) => direction === name);
}
