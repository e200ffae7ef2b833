/** OPTIONS to a SIP server (RFC 3261 §11): whether it answers, what it is, and which streamers it knows. */
import { advertisedAddress } from '../network/advertised-address.ts';
import { Agent, sipUri, UdpTransport } from '../sip/index.ts';
import type { Address, SipResponse } from '../sip/index.ts';

/** Three transmissions fit into it. */
const LIMIT_MS = 2_000;

export interface SipAnswer {
  readonly status: number;
  /** Its Server header. */
  readonly software: string | undefined;
  readonly milliseconds: number;
  /** Names of the streamers in its list, as far as one answer holds them. */
  readonly streamers: readonly string[];
}

/**
 * @param address of the server
 * @param name of whom it is to relay it to; the server itself unless given
 * @returns undefined where nothing answers, or the address cannot be reached
 */
export async function pingSip(address: Address, name?: string): Promise<SipAnswer | undefined> {
  let transport: UdpTransport | undefined;
  let agent: Agent | undefined;
  try {
    transport = await UdpTransport.bind({ host: address.host.includes(':') ? '::' : '0.0.0.0', port: 0 });
    const sentBy = await advertisedAddress(transport.local, { towards: address });
    agent = new Agent({ transport, sentBy });
    return await ask(agent, { uri: sipUri(name, address.host, address.port), nextHop: address, own: sentBy });
  } catch {
    return undefined;
  } finally {
    await agent?.close(0);
    await transport?.close();
  }
}

async function ask(agent: Agent, { uri, nextHop, own }: { uri: string; nextHop: Address; own: Address }): Promise<SipAnswer> {
  const began = performance.now();
  const request = agent.createRequest('OPTIONS', uri, { from: `<${sipUri('doctor', own.host, own.port)}>`, headers: { Accept: 'application/json' } });
  const response = await agent.request(request, { nextHop, signal: AbortSignal.timeout(LIMIT_MS) });
  return { status: response.status, software: response.headers.get('Server'), milliseconds: performance.now() - began, streamers: streamersIn(response) };
}

/** What is no such list says nothing. */
function streamersIn(response: SipResponse): string[] {
  let list: unknown;
  try {
    list = (JSON.parse(response.bodyText()) as { streamers?: unknown }).streamers;
  } catch {
    return [];
  }
  if (!Array.isArray(list)) return [];
  return (list as ({ name?: unknown } | null)[]).flatMap((entry) => (typeof entry?.name === 'string' ? [entry.name] : []));
}
