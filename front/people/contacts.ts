/**
 * Where front's people are reached: Contact URIs at front's own socket (RFC 3261 §10.2.1). Each carries a mark that the registrar
 * alone is told, so that nobody can ring a person past the daemon, which checks who calls.
 */
import { Parameters } from '../../shared/sip/message/parameters.ts';
import { sipUri } from '../../shared/sip/message/uri.ts';
import type { Address, RandomSource, SipRequest } from '../../shared/sip/index.ts';

const MARK = 'p';
const MARK_BYTES = 6;

export class PersonContacts {
  readonly #address: Address;
  readonly #mark: string;

  /** @param address where others reach front's socket */
  constructor(address: Address, random: RandomSource) {
    this.#address = address;
    this.#mark = random.token(MARK_BYTES);
  }

  contactOf(name: string): string {
    return sipUri(name, this.#address.host, this.#address.port, new Parameters([MARK], [this.#mark]));
  }

  /** The person whom a request outside any dialog is for; undefined where it did not come by way of the registrar. */
  nameIn(request: SipRequest): string | undefined {
    const { user, parameters } = request.parsedUri();
    return parameters.get(MARK) === this.#mark ? user : undefined;
  }
}
