/** Calls and other requests to names and rooms, and of those who publish: found, relayed to every contact or to one of several replicas, and on inside their dialogs (RFC 3261 §16). */

import type { Logger } from '../../shared/log/logger.ts';
import { PUBLISH_NAME } from '../../shared/publish/publish-name.ts';
import { isRoomName } from '../../shared/rooms/room-name.ts';
import { requestAddress } from '../../shared/sip/dialog/next-hop.ts';
import type { SipRequest, SipResponse } from '../../shared/sip/message/message.ts';
import type { Proxy } from '../../shared/sip/proxy/proxy.ts';
import type { RelayHooks, Relaying, Target } from '../../shared/sip/proxy/response-context.ts';
import type { TransactionLayer } from '../../shared/sip/transaction/layer.ts';
import type { ServerTransaction } from '../../shared/sip/transaction/server.ts';
import type { Address } from '../../shared/sip/transport/transport.ts';
import type { Directory } from '../directory/directory.ts';
import { isReplica } from '../directory/entries.ts';
import type { Binding, Streamer } from '../directory/entries.ts';
import type { HostRoute } from '../hosts/route.ts';
import type { PublishCalls } from '../publish/publish-calls.ts';
import type { Location } from '../registrar/location.ts';
import type { ReplicaChoice } from '../replicas/choice.ts';
import { Refusal } from '../reply.ts';
import type { RoomCalls } from '../rooms/room-calls.ts';
import type { KnownAddresses } from './known-addresses.ts';
import type { Moves } from './moves.ts';
import { callerOf, type SessionRecorder } from './recorder.ts';

const RETRY_AFTER_SECONDS = 10;

export interface CallsOptions {
  readonly directory: Directory;
  readonly location: Location;
  readonly rooms: RoomCalls;
  readonly publishing: PublishCalls;
  readonly replicas: ReplicaChoice;
  readonly layer: TransactionLayer;
  readonly proxy: Proxy;
  readonly recorder: SessionRecorder;
  readonly known: KnownAddresses;
  readonly moves: Moves;
  /** Whether everybody who reaches us may have requests relayed to anywhere: on loopback, where nobody needs to prove anything. */
  readonly trusted: boolean;
  /** Sessions in all, ended ones that are still kept included. */
  readonly maxSessions: number;
  /** Tells of each call that passes, as it goes on, by its Call-ID. */
  readonly log: Logger;
}

interface CallHooks extends Omit<RelayHooks, 'onResponse'> {
  /** Of whom the call rings at now. */
  readonly bindings: () => readonly Binding[];
  /** A final response goes back. */
  readonly onDecided?: () => void;
}

export class Calls {
  readonly #options: CallsOptions;

  constructor(options: CallsOptions) {
    this.#options = options;
  }

  /**
   * Relays a request outside any dialog to whom its Request-URI names: a name, a room, or whoever takes what is published.
   * @throws Refusal 416 for another scheme, 404 for an unknown name, 480 for one that is away, 503 when there are too many calls
   */
  relayToName(transaction: ServerTransaction): void {
    const { request } = transaction;
    const uri = request.parsedUri();
    if (uri.scheme !== 'sip') throw new Refusal(416, 'only sip URIs can be reached here');
    const name = uri.user ?? '';
    const { rooms, publishing } = this.#options;
    if (isRoomName(name)) this.#relayToHost(transaction, rooms.route(request, name));
    else if (name === PUBLISH_NAME) this.#relayToHost(transaction, publishing.route(request));
    else this.#relayToStreamer(transaction, this.#streamerOf(name));
  }

  /**
   * Relays a request inside a dialog along its route.
   * @throws Refusal 481 when it belongs to no call that we know of
   */
  relayInDialog(transaction: ServerTransaction): void {
    const { request, source } = transaction;
    if (!this.#mayRelay(request, source)) throw new Refusal(481, 'there is no such call');
    this.#options.log.debug({ callId: request.callId, method: request.method }, 'relaying a request of a call');
    if (request.method === 'BYE') this.#options.recorder.ended(request);
    this.#options.proxy.relay(transaction, undefined, this.#refresh(request));
  }

  /** Relays an ACK to a 2xx; one that leads nowhere is dropped, for an ACK is never answered. */
  relayAck(ack: SipRequest, source: Address): void {
    if (!this.#mayRelay(ack, source)) return;
    this.#options.log.debug({ callId: ack.callId, method: ack.method }, 'relaying an ACK');
    this.#options.recorder.acknowledged(ack);
    this.#options.proxy.relayAck(ack);
  }

  /**
   * Relays the answer to an INVITE whose transaction was lost with an earlier life of the daemon (RFC 3261 §16.7, §18.1.2): the streamer
   * repeats it for 64·T1, and our own Via tells where it goes next.
   */
  relayStrayAnswer(response: SipResponse, source: Address): void {
    const { layer, trusted, known, recorder } = this.#options;
    const { status, vias } = response;
    const [own, next] = vias;
    if (status < 200 || status >= 300 || response.cseq.method !== 'INVITE' || !own || !next || !layer.isOurs(own)) return;
    if (!trusted && !known.has(source)) return;
    this.#options.log.debug({ callId: response.callId, status }, 'relaying a late answer');
    response.headers.removeFirstValue('Via');
    recorder.answeredLate(response);
    layer.sendResponse(response);
  }

  #streamerOf(name: string): Streamer {
    const streamer = this.#options.location.find(name);
    if (streamer) return streamer;
    if (this.#options.location.isAway(name)) throw new Refusal(480, `${name} is away`);
    throw new Refusal(404, `there is no ${name} here`);
  }

  #relayToStreamer(transaction: ServerTransaction, streamer: Streamer): void {
    const { request } = transaction;
    this.#options.log.debug({ callId: request.callId, method: request.method, from: request.from.uri, to: streamer.name }, 'relaying to a name');
    if (streamer.bindings.some(isReplica)) {
      this.#relayToReplica(transaction, streamer);
      return;
    }
    if (request.method === 'INVITE') this.#callStreamer(transaction, streamer);
    else this.#options.proxy.relay(transaction, streamer.bindings.map(targetOf));
  }

  /** At all of its contacts at once; where one of them moves on unheard, there. */
  #callStreamer(transaction: ServerTransaction, streamer: Streamer): void {
    this.#requireSpace();
    const { recorder, moves, log } = this.#options;
    const { request, source } = transaction;
    const id = recorder.offered(request, source, streamer);
    let { bindings } = streamer;
    let unfollow = (): void => undefined;
    const relaying = this.#relayCall(transaction, bindings.map(targetOf), id, { bindings: () => bindings, onDecided: () => unfollow() });
    if (!relaying || !transaction.pending) return;
    unfollow = moves.follow(streamer.name, (from, to, callee) => {
      if (!relaying.move(from.address, targetOf(to))) return;
      log.debug({ callId: request.callId, from: from.address, to: to.address }, 'a call goes along with whom it is for');
      ({ bindings } = callee);
      if (id !== undefined) recorder.moved(id, callee, to.address);
    });
  }

  /** To one of them, for each serves all who come. */
  #relayToReplica(transaction: ServerTransaction, streamer: Streamer): void {
    const { recorder, proxy, replicas, log } = this.#options;
    const { request, source } = transaction;
    const { first, targets, tried, goesOn } = replicas.route(request, streamer, callerOf(request, streamer));
    if (request.method !== 'INVITE') {
      proxy.relay(transaction, targets, { goesOn });
      return;
    }
    this.#requireSpace();
    const id = recorder.offered(request, source, streamer, undefined, first.address);
    let present = first;
    const onTarget = (target: Target): void => {
      present = tried(target);
      log.debug({ callId: request.callId, replica: present.address, of: targets.length }, 'calling a replica');
      if (id !== undefined) recorder.moved(id, streamer, present.address);
    };
    this.#relayCall(transaction, targets, id, { bindings: () => [present], onTarget, goesOn });
  }

  #relayToHost(transaction: ServerTransaction, { room, host: first, targets, tried, goesOn }: HostRoute): void {
    const { recorder, proxy } = this.#options;
    const { request, source } = transaction;
    this.#options.log.debug({ callId: request.callId, method: request.method, from: request.from.uri, room }, room === undefined ? 'relaying to an ingest' : 'relaying to a room');
    if (request.method !== 'INVITE') {
      proxy.relay(transaction, targets);
      return;
    }
    this.#requireSpace();
    const id = recorder.offered(request, source, first, room);
    let host = first;
    const onTarget = (target: Target): void => {
      host = tried(target);
      if (id !== undefined) recorder.moved(id, host);
    };
    this.#relayCall(transaction, targets, id, { bindings: () => host.bindings, onTarget, goesOn });
  }

  #requireSpace(): void {
    const { directory, maxSessions } = this.#options;
    if (directory.sessions.size >= maxSessions) {
      throw new Refusal(503, 'there are as many calls as this daemon carries', { headers: [['Retry-After', String(RETRY_AFTER_SECONDS)]] });
    }
  }

  /** @param id of the session that the call is, if it is one */
  #relayCall(transaction: ServerTransaction, targets: readonly Target[], id: string | undefined, { bindings, onDecided, ...hooks }: CallHooks): Relaying | undefined {
    const { recorder, proxy, log } = this.#options;
    const { callId } = transaction.request;
    const relaying = proxy.relay(transaction, targets, {
      ...hooks,
      onResponse: (response) => {
        log.debug({ callId, status: response.status }, 'relaying an answer');
        if (response.status < 200) return;
        if (id !== undefined) recorder.answered(id, response, bindings());
        onDecided?.();
      },
    });
    // A loop, or one hop too many: the proxy has refused it by itself.
    if (id !== undefined && !transaction.pending) recorder.refused(id);
    return relaying;
  }

  #refresh(request: SipRequest): RelayHooks {
    if (request.method !== 'INVITE' && request.method !== 'UPDATE') return {};
    return {
      onResponse: (response) => {
        if (response.status >= 200 && response.status < 300) this.#options.recorder.refreshed(request, response);
      },
    };
  }

  /** A stranger must not use us to send requests to whom he likes: one end must be registered, or the call one that we carry. */
  #mayRelay(request: SipRequest, source: Address): boolean {
    const { trusted, recorder, known } = this.#options;
    if (trusted || known.has(source) || recorder.find(request)) return true;
    return known.has(requestAddress(request));
  }
}

function targetOf({ contact, address, q }: Binding): Target {
  return { uri: contact, address, q };
}
