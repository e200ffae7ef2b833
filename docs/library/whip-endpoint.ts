/** A WHIP endpoint on Node's own HTTP server, and an encoder that publishes to it. What stands for media here refuses each track in its answer. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FRAGMENT_TYPE, SDP_TYPE, WhipEndpoint } from 'sipcast/whip';
import type { WhipMedia, WhipOffer } from 'sipcast/whip';

const MAX_BODY_BYTES = 64 * 1024;

/** A media server would answer here, and go on with the session. */
function begin({ resource, sdp }: WhipOffer): Promise<WhipMedia> {
  console.log(`${resource} is offered`);
  return Promise.resolve({
    answer: sdp.replaceAll(/^(m=\w+) \d+/gm, '$1 0'),
    candidates: ({ sections }) => console.log(`${sections.length} section has candidates`),
    end: () => console.log(`${resource} is over`),
  });
}

const endpoint = new WhipEndpoint({ base: '/whip', begin, iceServers: [{ urls: 'stun:stun.example.org' }] });

const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) if ((body += String(chunk)).length > MAX_BODY_BYTES) request.destroy();
  const { method = 'GET', url = '/', headers, socket } = request;
  const answer = await endpoint.handle({ method, url, headers, body, address: socket.remoteAddress ?? '', asker: undefined });
  for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value);
  response.writeHead(answer.status).end(answer.body);
});
await once(server.listen(0, '127.0.0.1'), 'listening');
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const offer = 'v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=ice-ufrag:EsAw\r\na=ice-pwd:bP+XJMM09aR8AiX1jdukzR6Y\r\n';
const created = await fetch(`${origin}/whip/garden`, { method: 'POST', headers: { 'Content-Type': SDP_TYPE }, body: offer });
console.log(created.status, created.headers.get('Link'));

const session = new URL(created.headers.get('Location') ?? '', origin);
const fragment = 'a=ice-ufrag:EsAw\r\na=ice-pwd:bP+XJMM09aR8AiX1jdukzR6Y\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=candidate:1 1 udp 2122260223 192.0.2.1 61764 typ host\r\n';
const trickled = await fetch(session, { method: 'PATCH', headers: { 'Content-Type': FRAGMENT_TYPE, 'If-Match': created.headers.get('ETag') ?? '' }, body: fragment });
console.log(trickled.status);

console.log((await fetch(session, { method: 'DELETE' })).status, (await fetch(session, { method: 'DELETE' })).status);
await endpoint.close();
server.close();
