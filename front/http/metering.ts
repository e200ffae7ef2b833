/** Counts what HTTP asks and how long the answers take, by route: whatever stands for `:id` makes no difference. */
import type { Request, RequestHandler } from 'express';
import type { Metrics } from '../../shared/metrics/metrics.ts';

/** Seconds: pages and JSON take milliseconds, an offer is answered by way of SIP, and may take its retransmissions. */
const BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const NANOSECONDS_PER_SECOND = 1e9;

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
/** What is no route: files of the page, and what is not there. */
const FILES = 'files';
const NONE = 'none';

/** The middleware that comes back belongs before all routes. */
export function meterHttp(metrics: Metrics): RequestHandler {
  const answers = metrics.counter('sipcast_http_requests_total', 'HTTP requests by method, route and the status of their answer', ['method', 'route', 'status']);
  const durations = metrics.histogram('sipcast_http_request_duration_seconds', 'From the head of an HTTP request to the end of its answer', { buckets: BUCKETS, labels: ['route'] });
  return (request, response, next) => {
    const begun = process.hrtime.bigint();
    response.once('close', () => {
      // Who goes before the answer has none.
      if (!response.headersSent) return;
      const route = routeOf(request, response.statusCode);
      answers.inc({ method: METHODS.has(request.method) ? request.method : 'other', route, status: String(response.statusCode) });
      durations.observe({ route }, Number(process.hrtime.bigint() - begun) / NANOSECONDS_PER_SECOND);
    });
    next();
  };
}

/** As the app has it: `/rooms/:id`. */
function routeOf(request: Request, status: number): string {
  const { route } = request as { route?: { path?: unknown } };
  if (typeof route?.path === 'string') return route.path;
  return status < 400 ? FILES : NONE;
}
