/** What operators measure of front. */
import type { Metrics } from '../shared/metrics/metrics.ts';
import { addSipMetrics } from '../shared/metrics/sip-metrics.ts';
import type { TransactionLayer } from '../shared/sip/index.ts';

/** What is read. */
export interface Measured {
  readonly layer: TransactionLayer;
  readonly names: () => number;
  readonly pages: () => number;
  readonly calls: { readonly size: number; readonly counts: { readonly answered: number; readonly failed: number } };
  /** Sessions of WHEP and of WHIP. */
  readonly players: () => number;
  readonly encoders: () => number;
  /** What people do with each other. */
  readonly company: { readonly people: number; readonly personCalls: number; readonly places: number };
  readonly signalingUp: () => boolean;
  /** Since the start. */
  readonly accounts: { readonly made: number; readonly signIns: number; readonly wrongPasswords: number };
}

export function addFrontMetrics(metrics: Metrics, { layer, names, pages, calls, players, encoders, company, signalingUp, accounts }: Measured): void {
  addSipMetrics(metrics, layer);
  metrics.gauge('sipcast_front_names', 'Names reserved by viewers', names);
  metrics.gauge('sipcast_front_pages', 'Pages with an open WebSocket', pages);
  metrics.gauge('sipcast_front_watching', 'Calls to streamers under way or established', () => calls.size);
  metrics.countedBy('sipcast_front_watches_total', 'Calls to streamers by what became of them', ['result'], () => [
    [{ result: 'answered' }, calls.counts.answered],
    [{ result: 'failed' }, calls.counts.failed],
  ]);
  metrics.gauge('sipcast_front_whep_sessions', 'Players that watch by WHEP, or are about to', players);
  metrics.gauge('sipcast_front_whip_sessions', 'Encoders that publish by WHIP, or are about to', encoders);
  metrics.gauge('sipcast_front_people', 'Persons registered with the daemon, or about to be', () => company.people);
  metrics.gauge('sipcast_front_person_calls', 'Sides of calls between two that people of this front have, ringing ones included', () => company.personCalls);
  metrics.gauge('sipcast_front_room_places', 'Places that people of this front have in rooms', () => company.places);
  metrics.gauge('sipcast_front_signaling_up', 'Whether the signaling daemon answers: 1 or 0', () => Number(signalingUp()));
  metrics.counted('sipcast_front_accounts_made_total', 'Accounts made', () => accounts.made);
  metrics.counted('sipcast_front_sign_ins_total', 'Sign-ins by password', () => accounts.signIns);
  metrics.counted('sipcast_front_wrong_passwords_total', 'Sign-ins refused for a wrong e-mail or password', () => accounts.wrongPasswords);
}
