/** The HTTP server behind --metrics-port: /metrics, /healthz, /readyz. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Health } from '../health/health.ts';
import type { Metrics } from './metrics.ts';

const REQUEST_LIMIT_MS = 5_000;
const MAX_CONNECTIONS = 100;
const JSON_TYPE = 'application/json; charset=utf-8';

export interface MetricsServer {
  url: string;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** Serves until closed. Rejects with the system's error when it cannot listen there. */
export async function serveMetrics(metrics: Metrics, health: Health, { host, port }: { host: string; port: number }): Promise<MetricsServer> {
  const json = (status: number, body: object): Answer => ({ status, type: JSON_TYPE, text: JSON.stringify(body) });
  const answerTo = async (path: string): Promise<Answer> => {
    if (path === '/metrics') return { status: 200, type: metrics.contentType, text: await metrics.text() };
    if (path !== '/healthz' && path !== '/readyz') return json(404, { error: 'unknown-route', message: `There is nothing at ${path}.` });
    const { status, body } = await (path === '/healthz' ? health.wellness() : health.readiness());
    return json(status, body);
  };
  const answer = async ({ method, url = '' }: IncomingMessage, response: ServerResponse): Promise<void> => {
    const isRead = method === 'GET' || method === 'HEAD';
    const { status, type, text } = isRead ? await answerTo(url.split('?', 1)[0] ?? '') : json(405, { error: 'method-not-allowed', message: 'This takes GET.' });
    response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store', 'content-length': Buffer.byteLength(text), ...(isRead ? {} : { allow: 'GET, HEAD' }) });
    response.end(method === 'HEAD' ? undefined : text);
  };
  const server = createServer({ requestTimeout: REQUEST_LIMIT_MS, headersTimeout: REQUEST_LIMIT_MS }, (request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.listen(port, host);
  await once(server, 'listening');
  const { address, port: actual } = server.address() as AddressInfo;
  return {
    url: `http://${address.includes(':') ? `[${address}]` : address}:${actual}/metrics`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
