/** What a daemon's process really holds: measured when nothing lingers, and after its garbage was collected. */

import { scrape, totalOf } from '../metrics/scrape.ts';
import { collectGarbage } from '../processes/inspector.ts';
import type { ServiceProcess } from '../processes/service.ts';

const POLL_MS = 500;

/** Bytes. */
export interface Memory {
  readonly heap: number;
  readonly resident: number;
}

/** Waits until every transaction and session has had its time. The process needs `--inspect=127.0.0.1:0` and `--metrics-port 0`. */
export async function settledMemory({ addresses, child }: ServiceProcess): Promise<Memory> {
  const url = addresses['metrics'] ?? '';
  for (;;) {
    const values = await scrape(url);
    if (['sipcast_sip_transactions', 'sipcast_signaling_sessions'].every((name) => totalOf(values, name) === 0)) break;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  await collectGarbage(child);
  const values = await scrape(url);
  return { heap: values.get('nodejs_heap_size_used_bytes') ?? NaN, resident: values.get('process_resident_memory_bytes') ?? NaN };
}
