/** The HTTP server behind --metrics-port: /metrics, /healthz, /readyz. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Metrics } from './metrics.ts';

const REQUEST_LIMIT_MS = 5_000;

export interface MetricsServer {
  url: string;
  close(): Promise<void>;
}

/** Serves until closed. Rejects with the system's error when it cannot listen there. */
export async function serveMetrics(metrics: Metrics, { host, port, ready }: { host: string; port: number; ready: () => boolean }): Promise<MetricsServer> {
  const answers: Record<string, () => [status: number, text: string]> = {
    '/metrics': () => [200, metrics.text()],
    '/healthz': () => [200, 'ok\n'],
    '/readyz': () => (ready() ? [200, 'ready\n'] : [503, 'not ready\n']),
  };
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    const [status, text] = Object.hasOwn(answers, path) ? (answers[path]?.() ?? [404, '']) : ([404, 'not found\n'] as const);
    response.writeHead(status, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'cache-control': 'no-store' }).end(text);
  };
  const server = createServer({ requestTimeout: REQUEST_LIMIT_MS, headersTimeout: REQUEST_LIMIT_MS }, answer);
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
