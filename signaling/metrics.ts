/** What operators measure of the daemon. */
import type { Histogram, Metrics, Reading } from '../shared/metrics/metrics.ts';
import { addSipMetrics } from '../shared/metrics/sip-metrics.ts';
import type { TransactionLayer } from '../shared/sip/transaction/layer.ts';
import type { Directory } from './directory/directory.ts';
import type { Kind, SessionState } from './directory/entries.ts';

/** Seconds: a solid-state disk takes one or two milliseconds, a busy one hundreds. */
const WRITE_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
const MS_PER_SECOND = 1000;

/** The writes of the directory, which is opened before there is a daemon. @returns who is to be told of each */
export function measureWrites(metrics: Metrics): (milliseconds: number, succeeded: boolean) => void {
  const durations: Histogram<'result'> = metrics.histogram('sipcast_directory_write_duration_seconds', 'How long it took to write the directory, to its file or its engine, by what became of it', { buckets: WRITE_BUCKETS, labels: ['result'] });
  return (milliseconds, succeeded) => durations.observe({ result: succeeded ? 'written' : 'failed' }, milliseconds / MS_PER_SECOND);
}

/** Adds the daemon's own numbers. */
export function measure(metrics: Metrics, directory: Directory, layer: TransactionLayer): void {
  addSipMetrics(metrics, layer);
  metrics.gauges('sipcast_signaling_registrations', 'Names in the directory, by what they are; forgotten ones that have not come back left out', ['kind'], () => {
    const counts: Record<Kind, number> = { streamer: 0, person: 0, focus: 0, ingest: 0 };
    for (const { kind, forgotten } of directory.streamers.values()) if (!forgotten) counts[kind]++;
    return Object.entries(counts).map(([kind, count]): Reading<'kind'> => [{ kind }, count]);
  });
  metrics.gauges('sipcast_signaling_sessions', 'Sessions in the directory by their state, ended ones that are still kept included', ['state'], () => {
    const counts: Record<SessionState, number> = { 'offer-received': 0, 'answer-received': 0, 'connection-established': 0, 'connection-error': 0, 'connection-finished': 0 };
    for (const { state } of directory.sessions.values()) counts[state]++;
    return Object.entries(counts).map(([state, count]): Reading<'state'> => [{ state }, count]);
  });
  let calls = 0;
  directory.sessions.onChange(({ before, after }) => {
    if (before?.state !== 'connection-established' && after?.state === 'connection-established') calls++;
  });
  metrics.counted('sipcast_signaling_calls_total', 'Calls that were answered and acknowledged', () => calls);
  metrics.gauge('sipcast_signaling_subscriptions', 'Subscriptions to the lists', () => directory.subscriptions.size);
}
