/** What every process can say of itself: CPU, memory, event loop. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Metrics } from './metrics.ts';

const NANOSECONDS_PER_SECOND = 1e9;
const MICROSECONDS_PER_SECOND = 1e6;

/** Adds the usual process metrics under the names that Prometheus clients give them. */
export function addProcessMetrics(metrics: Metrics): void {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  metrics.counted('process_cpu_seconds_total', 'CPU time of all threads', () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / MICROSECONDS_PER_SECOND;
  });
  metrics.gauge('process_resident_memory_bytes', 'Resident memory', () => process.memoryUsage.rss());
  metrics.gauge('process_start_time_seconds', 'When the process began, in seconds since 1970', () => performance.timeOrigin / 1000);
  metrics.gauge('nodejs_eventloop_lag_p99_seconds', 'How late the event loop was, 99th percentile', () => delay.percentile(99) / NANOSECONDS_PER_SECOND);
  metrics.gauge('nodejs_heap_used_bytes', 'JavaScript heap in use', () => process.memoryUsage().heapUsed);
}
