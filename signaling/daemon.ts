/** The signaling daemon: wires the directory and everything that stands on it to one transport, and does nothing else. */

import { TappedTransport } from '../shared/capture/tapped-transport.ts';
import type { Logger } from '../shared/log/logger.ts';
import { RepeatedWarning } from '../shared/log/repeated-warning.ts';
import { Agent } from '../shared/sip/agent/agent.ts';
import { DEFAULT_ALGORITHMS } from '../shared/sip/digest/algorithm.ts';
import type { DigestAlgorithm } from '../shared/sip/digest/algorithm.ts';
import { formatHostPort } from '../shared/sip/message/host.ts';
import { Proxy } from '../shared/sip/proxy/proxy.ts';
import { serialize } from '../shared/sip/serializer/serializer.ts';
import { systemClock } from '../shared/sip/timing/clock.ts';
import type { Clock } from '../shared/sip/timing/clock.ts';
import type { RandomSource } from '../shared/sip/timing/random.ts';
import { RFC3261_TIMERS } from '../shared/sip/timing/timers.ts';
import type { Timers } from '../shared/sip/timing/timers.ts';
import { TransactionLayer } from '../shared/sip/transaction/layer.ts';
import type { TransactionLimits } from '../shared/sip/transaction/layer.ts';
import type { Address, Transport } from '../shared/sip/transport/transport.ts';
import { Admission } from './admission/admission.ts';
import { DEFAULT_RATE_LIMITS, RateLimiter } from './admission/rate-limit.ts';
import type { RateLimits } from './admission/rate-limit.ts';
import { Arrivals } from './arrivals.ts';
import { Calls } from './calls/calls.ts';
import { DEFAULT_CLEANING_LIMITS, SessionCleaning } from './calls/cleaning.ts';
import type { CleaningLimits } from './calls/cleaning.ts';
import { KnownAddresses } from './calls/known-addresses.ts';
import { Moves } from './calls/moves.ts';
import { SessionRecorder } from './calls/recorder.ts';
import { OpenSessions } from './calls/open-sessions.ts';
import { Engagements, Viewers } from './calls/session-counts.ts';
import type { Directory } from './directory/directory.ts';
import { Dispatcher } from './dispatcher.ts';
import { PeopleList } from './list/people-list.ts';
import type { Lists } from './list/paged-list.ts';
import { StreamerList } from './list/streamer-list.ts';
import { Expiry } from './registrar/expiry.ts';
import { PublishCalls } from './publish/publish-calls.ts';
import { Location } from './registrar/location.ts';
import { DEFAULT_REGISTRAR_LIMITS, Registrar } from './registrar/registrar.ts';
import type { RegistrarLimits } from './registrar/registrar.ts';
import { ReplicaChoice } from './replicas/choice.ts';
import { Restart } from './restart/restart.ts';
import { RoomAllocation } from './rooms/allocation.ts';
import { RoomMembers } from './rooms/members.ts';
import { RoomCalls } from './rooms/room-calls.ts';
import { RoomList } from './rooms/room-list.ts';
import { Subscriptions } from './subscriptions/subscriptions.ts';
import { Parties } from './trace/parties.ts';
import { TracePackage } from './trace/trace-package.ts';
import { TraceTap } from './trace/trace-tap.ts';

const DEFAULT_MAX_SESSIONS = 50_000;

export interface DaemonOptions {
  /** Opened; the daemon closes it. */
  readonly directory: Directory;
  /** Bound; the daemon closes it. */
  readonly transport: Transport;
  readonly log: Logger;
  /** Where others reach us, if not where the transport listens. */
  readonly advertised?: Address;
  /** Whoever does not know it may neither register nor call. */
  readonly secret?: string | undefined;
  readonly algorithms?: readonly DigestAlgorithm[];
  readonly clock?: Clock;
  /** Milliseconds since 1970 when the daemon starts; from then on the monotonic clock counts. */
  readonly startedAt?: number;
  readonly timers?: Timers;
  readonly random?: RandomSource;
  /** From 0 to 1. */
  readonly chance?: () => number;
  readonly registrarLimits?: RegistrarLimits;
  readonly cleaningLimits?: CleaningLimits;
  readonly rateLimits?: RateLimits;
  readonly transactionLimits?: Partial<TransactionLimits>;
  readonly maxSessions?: number;
}

export interface Daemon {
  /** Where it listens. */
  readonly address: Address;
  readonly layer: TransactionLayer;
  /** Lets no further calls begin; resolves when the last has ended, or `signal` is aborted. */
  drain(signal: AbortSignal): Promise<void>;
  /** It does not listen any more. */
  readonly closed: boolean;
  /** Stops listening, and makes durable what is not yet. */
  close(): Promise<void>;
}

/** Starts the daemon: it tells the streamers of its earlier life to register again, unless other daemons knew of them all the while, and serves from then on. */
export function createDaemon(options: DaemonOptions): Daemon {
  const { directory, log, secret } = options;
  const clock = options.clock ?? systemClock;
  const timers = options.timers ?? RFC3261_TIMERS;
  const epoch = (options.startedAt ?? Date.now()) - clock.now();
  const now = (): number => epoch + clock.now();
  const tap = new TraceTap({ local: options.transport.local, now });
  const transport = new TappedTransport(options.transport, tap);
  const sentBy = options.advertised ?? transport.local;
  const ownUri = `sip:${formatHostPort(sentBy.host, sentBy.port)}`;

  const warnings = new RepeatedWarning(log, { clock });
  const rates = new RateLimiter(options.rateLimits ?? DEFAULT_RATE_LIMITS, () => clock.now(), secret === undefined);
  const admission = new Admission({ rates, secret, algorithms: options.algorithms ?? DEFAULT_ALGORITHMS, now, warnings });
  const layer = new TransactionLayer({
    transport,
    clock,
    timers,
    sentBy,
    admit: (source, request) => admission.admit(source, request),
    ...(options.random ? { random: options.random } : {}),
    ...(options.transactionLimits ? { limits: options.transactionLimits } : {}),
  });
  const newTag = (): string => layer.newTag();
  const known = new KnownAddresses(directory);
  const proxy = new Proxy({
    layer,
    recordRoute: `${ownUri};lr`,
    // A streamer that is full says so with 503, and its caller must hear just that.
    forward503: true,
    // A port that a daemon had once may be another's by now.
    isPeer: (address) => directory.peers?.has(address) === true && !known.has(address),
  });

  const location = new Location(directory, now);
  const arrivals = new Arrivals(directory, clock, log);
  const registrar = new Registrar({ directory, location, now, limits: options.registrarLimits ?? DEFAULT_REGISTRAR_LIMITS });
  const expiry = new Expiry({ directory, clock, now, onExpired: (name) => arrivals.expired(name) });
  const recorder = new SessionRecorder(directory, now);
  // Before the cleaning hears of it, which ends what has not moved.
  const moves = new Moves(directory);
  const cleaning = new SessionCleaning({ directory, recorder, clock, now, limits: options.cleaningLimits ?? DEFAULT_CLEANING_LIMITS });
  const calls = new Calls({
    directory,
    location,
    rooms: new RoomCalls(new RoomAllocation({ directory, location, now })),
    publishing: new PublishCalls({ directory, location, known, now }),
    replicas: new ReplicaChoice({ directory, now, random: options.chance ?? Math.random }),
    layer,
    proxy,
    recorder,
    known,
    moves,
    trusted: secret === undefined,
    maxSessions: options.maxSessions ?? DEFAULT_MAX_SESSIONS,
    log,
  });
  const lists: Lists = [
    new StreamerList({ directory, location, viewers: new Viewers(directory), domain: sentBy }),
    new PeopleList({ directory, location, engagements: new Engagements(directory) }),
    new RoomList(new RoomMembers(directory)),
  ];
  const agent = new Agent({ layer, contact: ownUri, log });
  const subscriptions = new Subscriptions({ directory, lists, agent, clock, now });
  const trace = new TracePackage({
    ...{ agent, clock, tap, log, ...subscriptions.keeping, proven: secret !== undefined },
    parties: new Parties(directory, () => clock.now()),
    identityOf: (request) => admission.identityOf(request),
  });
  subscriptions.add(trace);
  const open = new OpenSessions(directory, clock);
  const dispatcher = new Dispatcher({ draining: () => open.draining, admission, proxy, calls, registrar, lists, agent, newTag, log, warnings });
  const restart = new Restart({ directory, clock, timers, newTag, log, send: (response, to) => transport.send(serialize(response), to) });

  // What is shared, others have kept true.
  if (!directory.peers) {
    restart.begin();
    cleaning.abandonUnanswered();
  }
  subscriptions.deactivateStored();
  layer.onRequest((transaction) => dispatcher.receive(transaction));
  layer.onAck((ack, source) => dispatcher.receiveAck(ack, source));
  layer.onStrayResponse((response, source) => calls.relayStrayAnswer(response, source));

  let closed = false;
  return {
    address: transport.local,
    layer,
    drain: (signal) => open.drain(signal),
    get closed() {
      return closed;
    },
    close: async () => {
      closed = true;
      for (const part of [restart, expiry, cleaning, subscriptions, arrivals, warnings]) part.close();
      await layer.close();
      await directory.close();
    },
  };
}
