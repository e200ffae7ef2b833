/** What every process can say of itself, under the names that Prometheus clients give it: CPU, memory, garbage, event loop. */
import { collectDefaultMetrics } from 'prom-client';
import { packageVersion } from '../cli/version.ts';
import type { Metrics } from './metrics.ts';

export function addProcessMetrics(metrics: Metrics): void {
  const { registry } = metrics;
  collectDefaultMetrics({ register: registry });
  // By Prometheus' conventions (and promtool) only counters end so; each of these is there by its kinds as well.
  for (const name of ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total']) registry.removeSingleMetric(name);
  metrics.gauges('sipcast_build_info', 'Which version runs: always 1', ['version'], () => [[{ version: packageVersion() }, 1]]);
}
