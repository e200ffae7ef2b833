/** Our candidates (RFC 8445 §5.1.1): host candidates only, all at the one media port. */

export interface HostCandidate {
  readonly foundation: string;
  readonly priority: number;
  readonly host: string;
  readonly port: number;
}

/**
 * Any positive priorities will do that keep the order (RFC 8445 §5.1.2): there are only host candidates here, and those that the
 * recommended formula yields take ten digits each.
 * @param addresses in order of preference
 */
export function hostCandidates(addresses: readonly string[], port: number): HostCandidate[] {
  return addresses.map((host, order) => {
    const priority = addresses.length - order;
    return { foundation: String(priority), priority, host, port };
  });
}
