/** Puts a process together that hosts rooms: forwarding unit, SIP endpoint, focus and registration; and takes it apart again in the right order. */
import type { ServiceContext } from '../../shared/cli/command.ts';
import type { RunningService } from '../../shared/cli/lifecycle.ts';
import { parseHost, parsePort } from '../../shared/cli/parsers.ts';
import { UsageError } from '../../shared/cli/usage-error.ts';
import { systemClock } from '../../shared/sip/index.ts';
import { openEndpoint } from '../call/endpoint.ts';
import { newForwardingCounts } from '../forwarding/counts.ts';
import { openForwarding } from '../forwarding/open-forwarding.ts';
import { chooseFanout, requireMediaHost } from '../media-settings.ts';
import { addRoomsMetrics } from '../metrics.ts';
import { random } from '../random.ts';
import { DEFAULT_SIGNALING_HOST, NAME_FROM_FILE, SAMPLE_CLIP, type StreamerSettings } from '../streamer.ts';
import { Focus } from './focus.ts';

const DEFAULT_NAME = 'rooms';
/** Rooms of a process that died are opened elsewhere after this at the latest, seconds. */
const EXPIRES_SECONDS = 20;

export interface RoomsSettings extends StreamerSettings {
  /** In all rooms of the process together. */
  readonly maxMembers: number;
}

/**
 * Starts to host rooms; it registers as soon as signaling is there.
 * @throws UsageError for settings that cannot be
 */
export async function startRooms(settings: RoomsSettings, { log, metrics, health }: ServiceContext): Promise<RunningService> {
  refuseInputs(settings);
  const signaling = signalingOf(settings);
  const { mediaHost, maxMembers } = settings;
  requireMediaHost(mediaHost);
  const fanout = chooseFanout(settings.fanout);
  const name = settings.name === NAME_FROM_FILE ? DEFAULT_NAME : settings.name;
  const closing: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const step of closing.reverse()) await step();
  };
  try {
    const counts = newForwardingCounts();
    const forwarding = await openForwarding({ counts, mediaHost, fanout: fanout.kind, clock: systemClock, random, log });
    closing.push(() => forwarding.close());
    const endpoint = await openEndpoint({ ...settings, ...signaling }, { name, random, log });
    const focus = new Focus({ agent: endpoint.agent, forwarding, maxMembers, clock: systemClock, wallClock: () => Date.now(), random, log });
    closing.push(() => {
      focus.close();
      return endpoint.close();
    });
    const registration = endpoint.registration({ kind: 'focus' }, EXPIRES_SECONDS);
    closing.push(() => registration.stop());
    health.needsToBeReady('signaling', () => registration.registered);
    addRoomsMetrics(metrics, { layer: endpoint.agent.layer, registered: () => registration.registered, focus, counts });
    // The daemon relays a last word only of who is registered.
    closing.push(() => focus.endSubscriptions());
    registration.start();
    log.info({ ...fanout, maxMembers }, `${name}: rooms are hosted for up to ${maxMembers} members`);
    return { close, addresses: { sip: endpoint.address } };
  } catch (error) {
    await close();
    throw error;
  }
}

/** There is no file, so that the other two arguments stand one place earlier. */
function signalingOf({ file, signalingHost, port }: StreamerSettings): { signalingHost: string; port: number } {
  if (file === SAMPLE_CLIP) return { signalingHost, port };
  try {
    return { signalingHost: parseHost(file), port: signalingHost === DEFAULT_SIGNALING_HOST ? port : parsePort(signalingHost) };
  } catch (cause) {
    if (!(cause instanceof UsageError)) throw cause;
    throw new UsageError(`with --rooms the arguments are host and port alone: ${cause.message}`, { cause });
  }
}

function refuseInputs({ source, mode, renditions, keepRunning }: StreamerSettings): void {
  const given = [...(source === undefined ? [] : ['--source']), ...(mode === 'vod' ? ['--mode vod'] : []), ...(renditions === undefined ? [] : ['--renditions']), ...(keepRunning ? ['--keep-running'] : [])];
  if (given.length > 0) throw new UsageError(`--rooms plays nothing: leave out ${given.join(', ')}`);
}
