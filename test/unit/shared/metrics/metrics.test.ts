import { describe, expect, it } from 'vitest';
import { Health } from '../../../../shared/health/health.ts';
import { Metrics } from '../../../../shared/metrics/metrics.ts';
import { addProcessMetrics } from '../../../../shared/metrics/process-metrics.ts';
import { serveMetrics } from '../../../../shared/metrics/server.ts';

describe('Metrics', () => {
  it('prints counters by label, and gauges as they are at the moment', async () => {
    const metrics = new Metrics();
    const requests = metrics.counter('requests_total', 'Requests received', ['method']);
    requests.inc({ method: 'INVITE' });
    requests.inc({ method: 'INVITE' }, 2);
    requests.inc({ method: 'odd"\n' });
    let viewers = 1;
    metrics.gauge('viewers', 'Who watches', () => viewers);
    viewers = 4;
    expect(await metrics.text()).toBe(
      [
        '# HELP requests_total Requests received', '# TYPE requests_total counter',
        'requests_total{method="INVITE"} 3', String.raw`requests_total{method="odd\"\n"} 1`, '',
        '# HELP viewers Who watches', '# TYPE viewers gauge', 'viewers 4', '',
      ].join('\n'),
    );
  });

  it('reads what is counted elsewhere each time anew, and forgets what is there no more', async () => {
    const metrics = new Metrics();
    const rooms = new Map([['a', 1], ['b', 2]]);
    metrics.gauges('members', 'Members', ['room'], () => [...rooms].map(([room, members]) => [{ room }, members]));
    metrics.countedBy('seen_total', 'Seen', ['kind'], () => Promise.resolve([[{ kind: 'x' }, rooms.size]]));
    expect(await metrics.text()).toMatch(/members\{room="a"\} 1\nmembers\{room="b"\} 2\n[^]*seen_total\{kind="x"\} 2\n/);
    rooms.delete('a');
    const text = await metrics.text();
    expect(text).not.toContain('room="a"');
    expect(text).toContain('seen_total{kind="x"} 1\n');
  });

  it('sorts durations into buckets', async () => {
    const metrics = new Metrics();
    const durations = metrics.histogram('duration_seconds', 'Durations', { buckets: [0.1, 1], labels: ['result'] });
    for (const seconds of [0.05, 0.5, 5]) durations.observe({ result: 'ok' }, seconds);
    const text = await metrics.text();
    for (const line of ['bucket{le="0.1",result="ok"} 1', 'bucket{le="1",result="ok"} 2', 'bucket{le="+Inf",result="ok"} 3', 'count{result="ok"} 3']) {
      expect(text).toContain(`duration_seconds_${line}\n`);
    }
  });

  it('refuses one name twice', () => {
    const metrics = new Metrics();
    metrics.counter('a_total', 'a');
    expect(() => metrics.gauge('a_total', 'a', () => 1)).toThrow(/already/);
  });
});

describe('serveMetrics', () => {
  it('serves metrics, wellness and readiness, and nothing else', async () => {
    const metrics = new Metrics();
    addProcessMetrics(metrics);
    const health = new Health();
    const state = { ready: false, well: true };
    health.needsToBeReady('signaling', () => state.ready);
    health.needsToBeWell('directory', () => state.well);
    const server = await serveMetrics(metrics, health, { host: '127.0.0.1', port: 0 });
    const get = async (path: string, init: RequestInit = {}) => {
      const answer = await fetch(new URL(path, server.url), init);
      return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() };
    };
    const { text, type } = await get('/metrics');
    expect(type).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(text).toMatch(/process_resident_memory_bytes \d{7,}/);
    expect(text).toMatch(/^sipcast_build_info\{version="\d[^"]*"\} 1$/m);
    expect(await get('/healthz')).toMatchObject({ status: 200, text: '{"status":"ok","directory":"up"}' });
    expect(await get('/readyz')).toMatchObject({ status: 503, text: '{"status":"not-ready","signaling":"down"}' });
    Object.assign(state, { ready: true, well: false });
    expect(await get('/readyz')).toMatchObject({ status: 200, text: '{"status":"ready","signaling":"up"}' });
    expect(await get('/healthz')).toMatchObject({ status: 503, text: '{"status":"ill","directory":"down"}' });
    expect((await get('/toString')).status).toBe(404);
    expect((await get('/metrics', { method: 'DELETE' })).status).toBe(405);
    expect(await get('/readyz', { method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
    await server.close();
  });
});
