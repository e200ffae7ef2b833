/** Puts a streamer together that relays another: media port for what comes, SIP endpoint, relay and registration; and takes it apart again. */
import type { ServiceContext } from '../../shared/cli/command.ts';
import type { RunningService } from '../../shared/cli/lifecycle.ts';
import { UsageError } from '../../shared/cli/usage-error.ts';
import { systemClock } from '../../shared/sip/index.ts';
import { takeCandidates } from '../call/candidates.ts';
import { Replica } from '../call/replica.ts';
import { openEndpoint } from '../call/endpoint.ts';
import { stationId } from '../call/relay-path.ts';
import { announcePlace } from '../diagnosis/announce-place.ts';
import { newForwardingCounts } from '../forwarding/counts.ts';
import { openMediaPort } from '../forwarding/open-port.ts';
import { chooseFanout, chooseWorkers, mediaPlace, mediaPorts } from '../media-settings.ts';
import { addRelayMetrics, measureCalls } from '../metrics.ts';
import { random } from '../random.ts';
import { NAME_FROM_FILE, type StreamerSettings } from '../streamer.ts';
import { Statistics } from '../statistics/statistics.ts';
import type { PortRange } from '../egress/port-range.ts';
import type { Found } from './find.ts';
import { readOrigin, type Origin } from './origin.ts';
import { Relay } from './relay.ts';
import { callUpstream } from './upstream-call.ts';
import { UpstreamError } from './upstream-error.ts';

/**
 * Starts to relay; it registers as soon as it knows what the origin sends, and signaling is there.
 * @throws UsageError for settings that cannot be, and an origin that cannot be relayed
 */
export async function startRelay(settings: StreamerSettings & { readonly source: string }, { log, metrics, health }: ServiceContext): Promise<RunningService> {
  const named = readOrigin(settings.source);
  refuseEncoding(settings);
  const workers = chooseWorkers(settings.workers, withoutOne(mediaPorts(settings)));
  const place = await mediaPlace(settings, Math.max(workers, 1) + 1);
  const fanout = chooseFanout(settings.fanout);
  const name = settings.name === NAME_FROM_FILE ? `${named.name} relay` : settings.name;
  const closing: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const step of closing.reverse()) await step();
  };
  try {
    const port = await openMediaPort({ ...place, fanout: fanout.kind, clock: systemClock, random, log });
    closing.push(() => port.close());
    const endpoint = await openEndpoint(settings, { name, random, log });
    closing.push(() => endpoint.close());
    const { agent, domain } = endpoint;
    const origin: Origin = { name: named.name, signaling: named.signaling ?? domain };
    const counts = newForwardingCounts();
    const own = { name, station: stationId(name, settings.replica) };
    const { maxViewers, connectTimeout: patienceMs, keepRunning, idleStop, title, description, image } = settings;
    takeCandidates(agent);
    const statistics: Statistics = new Statistics({ agent, shardOf: () => relay.shard, log });
    const replica: Replica | undefined = settings.replica === undefined ? undefined : new Replica({ name, id: settings.replica, maxViewers, viewers: () => relay.viewers, clock: systemClock });
    closing.push(() => Promise.resolve(replica?.close()));
    const relay: Relay = new Relay({
      agent,
      endpoint,
      origin,
      name,
      station: own.station,
      replica,
      texts: { title, description, image },
      call: async (taken) => callUpstream({ agent, origin, own, taken, surroundings: await port.surroundings(), counts }),
      onLeaving: (shard) => statistics.end(shard),
      workers,
      settings: { ...place, patienceMs, fanout: fanout.kind },
      maxViewers,
      idleStopMs: keepRunning ? Infinity : idleStop * 1000,
      meter: measureCalls(metrics),
      clock: systemClock,
      random,
      log,
    });
    closing.push(() => relay.close(), () => statistics.close());
    health.needsToBeReady('signaling', () => relay.registered);
    health.needsToBeReady('origin', () => relay.shard !== undefined && relay.state !== 'waiting');
    addRelayMetrics(metrics, { layer: agent.layer, relay, counts });
    const first = await firstFound(relay);
    relay.start(first.found, first.why);
    replica?.start(() => relay.renew());
    if (first.why !== undefined) log.warn(`${first.why}: ${name} is found by viewers as soon as it has ${origin.name}`);
    announcePlace(place, settings, log);
    log.info({ ...fanout }, `viewers are served by the ${fanout.kind} fan-out`);
    const drain = async (signal: AbortSignal): Promise<void> => {
      await statistics.close();
      await relay.drain(signal);
    };
    return { close, drain, addresses: { sip: endpoint.address } };
  } catch (error) {
    await close();
    throw error;
  }
}

/** @throws UsageError for an origin that can never be had this way */
async function firstFound(relay: Relay): Promise<{ readonly found?: Found; readonly why?: string }> {
  try {
    return { found: await relay.find() };
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    if (error.isLasting) throw new UsageError(`--source: ${error.message}`, { cause: error });
    return { why: error.message };
  }
}

function refuseEncoding({ mode, renditions }: StreamerSettings): void {
  if (mode === 'vod') throw new UsageError('--mode vod needs a film: what is relayed is what everybody sees at the moment');
  if (renditions !== undefined) throw new UsageError('--renditions are made by the origin: a relay sends what comes');
}

/** What comes takes a port of its own. @throws UsageError where none is left for viewers */
function withoutOne(ports: PortRange | undefined): PortRange | undefined {
  if (!ports) return undefined;
  if (ports.first === ports.last) throw new UsageError('a relay takes two ports for media, one for what comes and one for viewers: give a --media-port-range of two or more');
  return { first: ports.first, last: ports.last - 1 };
}
