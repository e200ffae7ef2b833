/** OPTIONS to a SIP server (RFC 3261 §11): whether it answers, what it is, and which streamers it knows. */
import { advertisedAddress } from '../network/advertised-address.ts';
import { Agent, parseHostPort, sipUri, UdpTransport } from '../sip/index.ts';
import type { Address, SipResponse } from '../sip/index.ts';

/** Three transmissions fit into it. */
const LIMIT_MS = 2_000;

export interface SipAnswer {
  readonly status: number;
  /** Its Server header. */
  readonly software: string | undefined;
  readonly milliseconds: number;
  /** Names and addresses of the streamers in its list, as far as one answer holds them. */
  readonly streamers: readonly KnownStreamer[];
}

export interface KnownStreamer {
  readonly name: string;
  readonly address: Address;
}

/** @returns undefined where nothing answers, or the address cannot be reached */
export async function pingSip(address: Address): Promise<SipAnswer | undefined> {
  let transport: UdpTransport | undefined;
  let agent: Agent | undefined;
  try {
    transport = await UdpTransport.bind({ host: address.host.includes(':') ? '::' : '0.0.0.0', port: 0 });
    const sentBy = await advertisedAddress(transport.local, { towards: address });
    agent = new Agent({ transport, sentBy });
    return await ask(agent, address, sentBy);
  } catch {
    return undefined;
  } finally {
    await agent?.close(0);
    await transport?.close();
  }
}

async function ask(agent: Agent, { host, port }: Address, own: Address): Promise<SipAnswer> {
  const began = performance.now();
  const request = agent.createRequest('OPTIONS', sipUri(undefined, host, port), { from: `<${sipUri('doctor', own.host, own.port)}>`, headers: { Accept: 'application/json' } });
  const response = await agent.request(request, { signal: AbortSignal.timeout(LIMIT_MS) });
  return { status: response.status, software: response.headers.get('Server'), milliseconds: performance.now() - began, streamers: streamersIn(response) };
}

/** What is no such list says nothing. */
function streamersIn(response: SipResponse): KnownStreamer[] {
  let list: unknown;
  try {
    list = (JSON.parse(response.bodyText()) as { streamers?: unknown }).streamers;
  } catch {
    return [];
  }
  if (!Array.isArray(list)) return [];
  return (list as { name?: unknown; address?: unknown }[]).flatMap(({ name, address }) => {
    const place = typeof address === 'string' ? parseHostPort(address) : undefined;
    return typeof name === 'string' && place?.port !== undefined ? [{ name, address: { host: place.host, port: place.port } }] : [];
  });
}
