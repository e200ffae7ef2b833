import { describe, expect, it } from 'vitest';
import { Metrics } from '../../../../shared/metrics/metrics.ts';
import { addProcessMetrics } from '../../../../shared/metrics/process-metrics.ts';
import { serveMetrics } from '../../../../shared/metrics/server.ts';

describe('Metrics', () => {
  it('prints counters by label and gauges as they are now', () => {
    const metrics = new Metrics();
    const requests = metrics.counter('sip_requests_total', 'Requests received');
    requests.add({ method: 'INVITE' });
    requests.add({ method: 'INVITE' }, 2);
    requests.add({ method: 'odd"\n' });
    let viewers = 1;
    metrics.gauge('viewers', 'Who watches', () => viewers);
    viewers = 4;
    expect(metrics.text()).toBe(
      [
        '# HELP sip_requests_total Requests received', '# TYPE sip_requests_total counter',
        'sip_requests_total{method="INVITE"} 3', String.raw`sip_requests_total{method="odd\"\n"} 1`,
        '# HELP viewers Who watches', '# TYPE viewers gauge', 'viewers 4', '',
      ].join('\n'),
    );
  });

  it('counts what has too many labels together', () => {
    const metrics = new Metrics();
    const requests = metrics.counter('requests_total', 'Requests');
    for (let index = 0; index < 10_000; index += 1) requests.add({ method: `M${index}` });
    const lines = metrics.text().trim().split('\n');
    expect(lines).toHaveLength(2 + 201);
    expect(lines.at(-1)).toBe('requests_total{other="true"} 9800');
  });

  it('refuses one name twice', () => {
    const metrics = new Metrics();
    metrics.counter('a_total', 'a');
    expect(() => metrics.gauge('a_total', 'a', () => 1)).toThrow(/already/);
  });
});

describe('serveMetrics', () => {
  it('serves metrics, health and readiness, and nothing else', async () => {
    const metrics = new Metrics();
    addProcessMetrics(metrics);
    let ready = false;
    const server = await serveMetrics(metrics, { host: '127.0.0.1', port: 0, ready: () => ready });
    const get = (path: string) => fetch(new URL(path, server.url));
    expect(await (await get('/metrics')).text()).toMatch(/process_resident_memory_bytes \d{7,}/);
    expect((await get('/healthz')).status).toBe(200);
    expect((await get('/readyz')).status).toBe(503);
    ready = true;
    expect((await get('/readyz')).status).toBe(200);
    expect((await get('/toString')).status).toBe(404);
    await server.close();
  });
});
