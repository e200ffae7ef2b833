/** Asks a signaling daemon of sipcast which streamers there are (RFC 3261 §11): `list-streamers [host] [port]`. */
import { Agent, UdpTransport } from 'sipcast/sip';
import type { SipResponse } from 'sipcast/sip';

interface Listed {
  name: string;
  title: string;
  viewers: number;
}

const [host = '127.0.0.1', port = '5060'] = process.argv.slice(2);
const agent = new Agent({ transport: await UdpTransport.bind({ host: '127.0.0.1', port: 0 }), product: 'list-streamers/1.0' });

const request = agent.createRequest('OPTIONS', `sip:${host}:${port}`, { from: 'sip:somebody@example.com', headers: { Accept: 'application/json' } });
const response: SipResponse = await agent.request(request, { signal: AbortSignal.timeout(5_000) });
console.log(`${response.status} ${response.reason} from ${response.headers.get('Server') ?? 'somebody'}`);

const { streamers } = JSON.parse(response.bodyText()) as { streamers: Listed[] };
for (const { name, title, viewers } of streamers) console.log(`${name}: ${title}, ${viewers} watch`);
await agent.close();
