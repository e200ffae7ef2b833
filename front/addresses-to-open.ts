/** What a person types to see the page, when the server listens at an address or at all of them. */
import { networkInterfaces } from 'node:os';

const ALL_ADDRESSES = ['0.0.0.0', '[::]'];

/** The URLs at which `url` can be opened: itself, or one for each of the machine's IPv4 addresses where it is bound to all. */
export function addressesToOpen(url: string): string[] {
  const { protocol, hostname, port } = new URL(url);
  if (!ALL_ADDRESSES.includes(hostname)) return [`${url}/`];
  const addresses = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  return addresses.filter(({ family }) => family === 'IPv4').map(({ address }) => `${protocol}//${address}:${port}/`);
}
