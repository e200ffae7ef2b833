/** Whose request it is, where Express has not looked at it: the last address that no trusted proxy has said of another. */
import type { IncomingMessage } from 'node:http';

/** Whether an address is that of a proxy whose X-Forwarded-* headers are believed; of the `hop`th before this server. */
export type Trusts = (address: string, hop: number) => boolean;

export function clientAddress({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>, trusts: Trusts): string {
  const said = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',').map((address) => address.trim()).filter((address) => address !== '');
  const chain = [socket.remoteAddress ?? '', ...said.reverse()];
  const client = chain.findIndex((address, hop) => !trusts(address, hop));
  return chain.at(client) ?? '';
}

export function isSecure({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>, trusts: Trusts): boolean {
  if ('encrypted' in socket && socket.encrypted === true) return true;
  return trusts(socket.remoteAddress ?? '', 0) && String(headers['x-forwarded-proto'] ?? '').split(',', 1)[0]?.trim() === 'https';
}
