/** A candidate of ICE as far as it matters for whether two ends can meet (RFC 8839 §5.1). */

export interface Candidate {
  /** An address, or a name that stands for one. */
  readonly host: string;
  readonly port: number;
  /** `udp` or `tcp`. */
  readonly protocol: string;
  /** `host`, `srflx`, `prflx` or `relay`. */
  readonly type: string;
}

/** @param line what follows `a=candidate:` @returns undefined for what is none */
export function readCandidate(line: string): Candidate | undefined {
  const [, , protocol = '', , host = '', port = '', typ, type = ''] = line.trim().split(/\s+/);
  if (typ !== 'typ' || !/^\d{1,5}$/.test(port)) return undefined;
  return { host, port: Number(port), protocol: protocol.toLowerCase(), type };
}
