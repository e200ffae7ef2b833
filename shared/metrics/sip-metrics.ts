/** What operators measure of a service's SIP, whichever service it is. */
import type { TransactionLayer } from '../sip/index.ts';
import type { Metrics, Reading } from './metrics.ts';

type Direction = 'received' | 'sent';

const DIRECTIONS: readonly Direction[] = ['received', 'sent'];

export function addSipMetrics(metrics: Metrics, layer: Pick<TransactionLayer, 'stats' | 'clientTransactions' | 'serverTransactions'>): void {
  const { stats } = layer;
  metrics.countedBy('sipcast_sip_requests_total', 'SIP requests by method, repeated ones left out', ['direction', 'method'], () =>
    DIRECTIONS.flatMap((direction) => [...stats[direction].requests()].map(({ method, count }): Reading<'direction' | 'method'> => [{ direction, method }, count])),
  );
  metrics.countedBy('sipcast_sip_responses_total', 'SIP responses by the method that they answer and the class of their status', ['direction', 'method', 'status'], () =>
    DIRECTIONS.flatMap((direction) => [...stats[direction].responses()].map(({ method, statusClass, count }): Reading<'direction' | 'method' | 'status'> => [{ direction, method, status: statusClass }, count])),
  );
  metrics.countedBy('sipcast_sip_retransmissions_total', 'SIP messages that were sent again, and requests that came again', ['direction'], () => [
    [{ direction: 'received' }, stats.retransmissionsReceived],
    [{ direction: 'sent' }, stats.retransmissionsSent],
  ]);
  metrics.gauges('sipcast_sip_transactions', 'SIP transactions open or lingering', ['kind'], () => [
    [{ kind: 'client' }, layer.clientTransactions],
    [{ kind: 'server' }, layer.serverTransactions],
  ]);
  metrics.counted('sipcast_sip_timeouts_total', 'SIP transactions that nobody answered', () => stats.timeouts);
  metrics.counted('sipcast_sip_malformed_total', 'Datagrams that were no SIP, or malformed', () => stats.malformed);
  metrics.counted('sipcast_sip_refused_total', 'SIP requests not let in: too many, or not proven', () => stats.refused);
  metrics.counted('sipcast_sip_transport_errors_total', 'Datagrams that the system would not send', () => stats.transportErrors);
}
