/** Readers of whole header lines, one function each, so that a field remembers what was made of it (RFC 3261 §20). */

import { type NameAddress, parseNameAddress } from './address.ts';
import { MAX_LIST_VALUES, splitValues } from './list.ts';
import { MAX_FORWARDS_LIMIT, parseDeltaSeconds, parseScalar } from './scalars.ts';
import { SipSyntaxError } from './syntax-error.ts';
import { parseVia, type Via } from './via.ts';

export const readFrom = (line: string): NameAddress => parseNameAddress(line, 'From');
export const readTo = (line: string): NameAddress => parseNameAddress(line, 'To');
export const readVias = (line: string): readonly Via[] => boundedValues(line, 'Via').map(parseVia);
export const readContacts = addressList('Contact');
export const readRoutes = rememberingOne(addressList('Route'));
export const readRecordRoutes = rememberingOne(addressList('Record-Route'));
export const readExpires = (line: string): number => parseDeltaSeconds(line, 'Expires');
export const readMaxForwards = (line: string): number => parseScalar(line, MAX_FORWARDS_LIMIT, 'Max-Forwards');

/** Media type in lower case without its parameters. */
export function readMediaType(line: string): string {
  const semicolon = line.indexOf(';');
  return (semicolon < 0 ? line : line.slice(0, semicolon)).trim().toLowerCase();
}

function addressList(header: string): (line: string) => readonly NameAddress[] {
  return (line) => boundedValues(line, header).map((value) => parseNameAddress(value, header));
}

/** Remembers the latest line: a proxy reads its own Route and Record-Route in nearly every message. */
function rememberingOne<T>(read: (line: string) => T): (line: string) => T {
  let latest: { readonly line: string; readonly values: T } | undefined;
  return (line) => {
    if (latest?.line === line) return latest.values;
    latest = { line, values: read(line) };
    return latest.values;
  };
}

function boundedValues(line: string, header: string): string[] {
  const values = splitValues(line);
  refuseTooMany(values, header);
  return values;
}

/** @throws SipSyntaxError (400) for more values than any one header may have */
export function refuseTooMany(values: readonly unknown[], header: string): void {
  if (values.length > MAX_LIST_VALUES) throw new SipSyntaxError(`${header} has more than ${MAX_LIST_VALUES} values`, { header });
}
