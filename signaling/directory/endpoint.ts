/** Endpoints as text: `host:port`, an IPv6 address in brackets. */

import type { Endpoint } from './entries.ts';

const LARGEST_PORT = 65_535;
const HOST_AND_PORT = /^(?:\[([0-9a-fA-F:.%]+)\]|([^\s:[\]]+)):(\d{1,5})$/;

export function formatEndpoint({ host, port }: Endpoint): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** @returns undefined for what is no `host:port` */
export function parseEndpoint(text: string): Endpoint | undefined {
  const match = HOST_AND_PORT.exec(text.trim());
  if (!match) return undefined;
  const port = Number(match[3]);
  if (port > LARGEST_PORT) return undefined;
  return { host: match[1] ?? match[2] ?? '', port };
}
