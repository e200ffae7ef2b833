/** `--front-address`: where other fronts reach this one. */
import type { Parser } from '../../shared/cli/parsers.ts';
import { UsageError } from '../../shared/cli/usage-error.ts';

/** A host, or an IPv6 address in brackets, and a port. Throws UsageError. */
export const parseFrontAddress: Parser<string> = (text) => {
  const address = text.trim();
  if (!/^([\w.-]+|\[[\da-f:.]+\]):\d{1,5}$/i.test(address) || !URL.canParse(`http://${address}`)) throw new UsageError('expected host:port, such as 10.0.0.2:8000');
  return address;
};
