/** What operators measure of front. */
import type { RequestHandler } from 'express';
import type { Metrics } from '../shared/metrics/metrics.ts';
import type { TransactionLayer } from '../shared/sip/index.ts';

/** What the gauges read. */
export interface Measured {
  readonly layer: TransactionLayer;
  readonly names: () => number;
  readonly pages: () => number;
  readonly calls: () => number;
  /** Sessions of WHEP and of WHIP. */
  readonly players: () => number;
  readonly encoders: () => number;
  /** What people do with each other. */
  readonly company: { readonly people: number; readonly personCalls: number; readonly places: number };
  readonly signalingUp: () => boolean;
  /** Since the start. */
  readonly accounts: { readonly made: number; readonly signIns: number; readonly wrongPasswords: number };
}

/** Adds front's metrics; the middleware that comes back counts answers and belongs before all routes. */
export function addFrontMetrics(metrics: Metrics, { layer, names, pages, calls, players, encoders, company, signalingUp, accounts }: Measured): RequestHandler {
  metrics.gauge('front_names', 'Names reserved by viewers', names);
  metrics.gauge('front_pages', 'Pages with an open WebSocket', pages);
  metrics.gauge('front_calls', 'Calls under way or established', calls);
  metrics.gauge('front_whep_sessions', 'Players that watch by WHEP, or are about to', players);
  metrics.gauge('front_whip_sessions', 'Encoders that publish by WHIP, or are about to', encoders);
  metrics.gauge('front_people', 'Persons registered with the daemon, or about to be', () => company.people);
  metrics.gauge('front_person_calls', 'Sides of calls between two that people of this front have, ringing ones included', () => company.personCalls);
  metrics.gauge('front_room_places', 'Places that people of this front have in rooms', () => company.places);
  metrics.gauge('front_signaling_up', 'Whether the signaling daemon answers: 1 or 0', () => Number(signalingUp()));
  metrics.counted('front_accounts_made_total', 'Accounts made', () => accounts.made);
  metrics.counted('front_sign_ins_total', 'Sign-ins by password', () => accounts.signIns);
  metrics.counted('front_wrong_passwords_total', 'Sign-ins refused for a wrong e-mail or password', () => accounts.wrongPasswords);
  metrics.counted('sip_requests_sent_total', 'Requests sent', () => layer.stats.requestsSent);
  metrics.counted('sip_requests_received_total', 'Requests that came, repeated ones included', () => layer.stats.requestsReceived);
  metrics.counted('sip_retransmissions_sent_total', 'Requests sent again', () => layer.stats.retransmissionsSent);
  metrics.counted('sip_retransmissions_received_total', 'Requests that came again', () => layer.stats.retransmissionsReceived);
  metrics.counted('sip_timeouts_total', 'Transactions that nobody answered', () => layer.stats.timeouts);
  metrics.counted('sip_malformed_total', 'Datagrams that were no SIP', () => layer.stats.malformed);
  const answers = metrics.counter('http_answers_total', 'Answers by method and status');
  return (request, response, next) => {
    response.once('finish', () => answers.add({ method: request.method, status: String(response.statusCode) }));
    next();
  };
}
