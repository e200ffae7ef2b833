/** What operators measure of the daemon. */

import type { Metrics } from '../shared/metrics/metrics.ts';
import type { TransactionLayer } from '../shared/sip/transaction/layer.ts';
import type { TransactionStats } from '../shared/sip/transaction/stats.ts';
import type { Directory } from './directory/directory.ts';

const COUNTED: readonly (readonly [keyof TransactionStats, string, string])[] = [
  ['requestsReceived', 'sip_requests_received_total', 'Requests that came, repeated ones included'],
  ['requestsSent', 'sip_requests_sent_total', 'Requests sent'],
  ['responsesReceived', 'sip_responses_received_total', 'Responses that came'],
  ['responsesSent', 'sip_responses_sent_total', 'Responses sent'],
  ['retransmissionsReceived', 'sip_retransmissions_received_total', 'Requests that came again'],
  ['retransmissionsSent', 'sip_retransmissions_sent_total', 'Requests sent again'],
  ['malformed', 'sip_malformed_total', 'Datagrams that were no SIP'],
  ['refused', 'sip_refused_total', 'Requests not let in: too many, or not proven'],
  ['timeouts', 'sip_timeouts_total', 'Transactions that nobody answered'],
];

/** Adds the daemon's own numbers. */
export function measure(metrics: Metrics, directory: Directory, layer: TransactionLayer): void {
  for (const [key, name, help] of COUNTED) metrics.counted(name, help, () => layer.stats[key]);
  metrics.gauge('sip_server_transactions', 'Server transactions open or lingering', () => layer.serverTransactions);
  metrics.gauge('sip_client_transactions', 'Client transactions open or lingering', () => layer.clientTransactions);
  metrics.gauge('signaling_streamers', 'Streamers in the directory', () => directory.streamers.size);
  metrics.gauge('signaling_sessions', 'Sessions in the directory, ended ones included', () => directory.sessions.size);
  metrics.gauge('signaling_subscriptions', 'Subscriptions to the list', () => directory.subscriptions.size);
}
