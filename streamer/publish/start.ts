/** Puts a process together that takes what others publish: media port, SIP endpoint, ingest and registration; and takes it apart again. */
import type { ServiceContext } from '../../shared/cli/command.ts';
import type { RunningService } from '../../shared/cli/lifecycle.ts';
import { UsageError } from '../../shared/cli/usage-error.ts';
import { systemClock } from '../../shared/sip/index.ts';
import { openEndpoint } from '../call/endpoint.ts';
import { announcePlace } from '../diagnosis/announce-place.ts';
import { newForwardingCounts } from '../forwarding/counts.ts';
import { openMediaPort } from '../forwarding/open-port.ts';
import { chooseFanout, mediaPlace } from '../media-settings.ts';
import { addIngestMetrics, measureCalls } from '../metrics.ts';
import { random } from '../random.ts';
import { NAME_FROM_FILE, type StreamerSettings } from '../streamer.ts';
import { refuseInputs, signalingOf } from '../without-input.ts';
import { Ingest } from './ingest.ts';
import { EXPIRES_SECONDS } from './published-stream.ts';

const DEFAULT_NAME = 'ingest';
/** One for all who publish, and one for the viewers of each. */
const MIN_PORTS = 2;

export interface PublishSettings extends StreamerSettings {
  /** At a time. */
  readonly maxPublishers: number;
}

/**
 * Starts to take what others publish; it registers as soon as signaling is there.
 * @throws UsageError for settings that cannot be
 */
export async function startPublishing(settings: PublishSettings, { log, metrics, health }: ServiceContext): Promise<RunningService> {
  refuseInputs('--publish', settings);
  if ((settings.workers ?? 0) > 0) throw new UsageError('--publish serves viewers beside all else: leave out --workers, and start several with different names');
  const signaling = signalingOf('--publish', settings);
  const { maxPublishers, maxViewers } = settings;
  const place = await mediaPlace(settings, MIN_PORTS);
  const fanout = chooseFanout(settings.fanout);
  const name = settings.name === NAME_FROM_FILE ? DEFAULT_NAME : settings.name;
  const closing: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const step of closing.reverse()) await step();
  };
  try {
    const port = await openMediaPort({ ...place, fanout: fanout.kind, clock: systemClock, random, log });
    closing.push(() => port.close());
    const endpoint = await openEndpoint({ ...settings, ...signaling }, { name, random, log });
    closing.push(() => endpoint.close());
    const shard = { ...place, patienceMs: settings.connectTimeout, fanout: fanout.kind };
    const counts = newForwardingCounts();
    const ingest = new Ingest({ agent: endpoint.agent, endpoint, port, settings: shard, maxPublishers, maxViewers, counts, meter: measureCalls(metrics), clock: systemClock, log });
    const registration = endpoint.registration({ kind: 'ingest' }, { expiresSeconds: EXPIRES_SECONDS });
    closing.push(() => registration.stop());
    health.needsToBeReady('signaling', () => registration.registered);
    addIngestMetrics(metrics, { layer: endpoint.agent.layer, registered: () => registration.registered, ingest, counts });
    // The daemon relays a last word only of who is registered.
    closing.push(() => ingest.close());
    registration.start();
    announcePlace(place, { ...settings, ...signaling }, log);
    log.info({ ...fanout, maxPublishers }, `${name}: up to ${maxPublishers} can publish here`);
    return { close, drain: (signal) => ingest.drain(signal), addresses: { sip: endpoint.address } };
  } catch (error) {
    await close();
    throw error;
  }
}
