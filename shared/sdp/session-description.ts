/** A session description as lines in their order, with accessors for what WebRTC reads (RFC 8866, RFC 8829). */

/** `type=value` */
export interface SdpLine {
  readonly type: string;
  readonly value: string;
}

/** The session level or one media section. Immutable: edits give a new section. */
export class SdpSection {
  readonly lines: readonly SdpLine[];

  constructor(lines: readonly SdpLine[]) {
    this.lines = lines;
  }

  /** Value of the first `a=name:value`; empty for a bare `a=name`. */
  attribute(name: string): string | undefined {
    const line = this.lines.find((candidate) => attributeName(candidate) === name);
    return line === undefined ? undefined : attributeValue(line);
  }

  /** Values of every `a=name:value`, in order. */
  attributes(name: string): string[] {
    return this.lines.filter((line) => attributeName(line) === name).map(attributeValue);
  }

  has(name: string): boolean {
    return this.attribute(name) !== undefined;
  }

  /** Value of the first line of another type, such as `c`. */
  first(type: string): string | undefined {
    return this.lines.find((line) => line.type === type)?.value;
  }
}

export class MediaSection extends SdpSection {
  /** `audio`, `video`, `application`, … */
  readonly kind: string;
  readonly port: number;
  /** `UDP/TLS/RTP/SAVPF`, `UDP/DTLS/SCTP`, … */
  readonly protocol: string;
  /** Payload types, or whatever the protocol puts there. */
  readonly formats: readonly string[];

  /** @param lines all of the section's lines, the first of which must be `m=` as the parser checks */
  constructor(lines: readonly SdpLine[]) {
    super(lines);
    const [kind = '', port = '', protocol = '', ...formats] = (lines[0]?.value ?? '').split(' ');
    this.kind = kind;
    this.port = Number.parseInt(port, 10);
    this.protocol = protocol;
    this.formats = formats;
  }

  get mid(): string | undefined {
    return this.attribute('mid');
  }

  get isRtp(): boolean {
    return this.protocol.includes('RTP');
  }

  /** Port 0 means refused or stopped, except where it only says that the section shares another's port (RFC 8843 §6). */
  get isRejected(): boolean {
    return this.port === 0 && !this.has('bundle-only');
  }

  /** `sendrecv` unless a line says otherwise. */
  get direction(): Direction {
    return DIRECTIONS.find((direction) => this.has(direction)) ?? 'sendrecv';
  }
}

export type Direction = (typeof DIRECTIONS)[number];
export const DIRECTIONS = ['sendrecv', 'sendonly', 'recvonly', 'inactive'] as const;

export interface SessionDescription {
  readonly session: SdpSection;
  readonly media: readonly MediaSection[];
}

/** Name of an `a=` line, undefined for lines of other types. */
export function attributeName(line: SdpLine): string | undefined {
  if (line.type !== 'a') return undefined;
  const colon = line.value.indexOf(':');
  return colon < 0 ? line.value : line.value.slice(0, colon);
}

/** What follows the colon of an `a=` line; empty where there is none. */
export function attributeValue(line: SdpLine): string {
  const colon = line.value.indexOf(':');
  return colon < 0 ? '' : line.value.slice(colon + 1);
}

/** The line `a=name:value`, or `a=name` for an empty value. */
export function attributeLine(name: string, value: string): SdpLine {
  return { type: 'a', value: value === '' ? name : `${name}:${value}` };
}
