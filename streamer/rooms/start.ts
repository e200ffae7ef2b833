/** Puts a process together that hosts rooms: forwarding unit, SIP endpoint, focus and registration; and takes it apart again in the right order. */
import type { ServiceContext } from '../../shared/cli/command.ts';
import type { RunningService } from '../../shared/cli/lifecycle.ts';
import { systemClock } from '../../shared/sip/index.ts';
import { openEndpoint } from '../call/endpoint.ts';
import { announcePlace } from '../diagnosis/announce-place.ts';
import { newForwardingCounts } from '../forwarding/counts.ts';
import { openForwarding } from '../forwarding/open-forwarding.ts';
import { chooseFanout, mediaPlace } from '../media-settings.ts';
import { addRoomsMetrics } from '../metrics.ts';
import { random } from '../random.ts';
import { refuseInputs, signalingOf } from '../without-input.ts';
import { NAME_FROM_FILE, type StreamerSettings } from '../streamer.ts';
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
  refuseInputs('--rooms', settings);
  const signaling = signalingOf('--rooms', settings);
  const { maxMembers } = settings;
  const place = await mediaPlace(settings, 1);
  const fanout = chooseFanout(settings.fanout);
  const name = settings.name === NAME_FROM_FILE ? DEFAULT_NAME : settings.name;
  const closing: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const step of closing.reverse()) await step();
  };
  try {
    const counts = newForwardingCounts();
    const forwarding = await openForwarding({ ...place, counts, fanout: fanout.kind, clock: systemClock, random, log });
    closing.push(() => forwarding.close());
    const endpoint = await openEndpoint({ ...settings, ...signaling }, { name, random, log });
    const focus = new Focus({ agent: endpoint.agent, forwarding, maxMembers, clock: systemClock, wallClock: () => Date.now(), random, log });
    closing.push(() => {
      focus.close();
      return endpoint.close();
    });
    const registration = endpoint.registration({ kind: 'focus' }, { expiresSeconds: EXPIRES_SECONDS });
    closing.push(() => registration.stop());
    health.needsToBeReady('signaling', () => registration.registered);
    addRoomsMetrics(metrics, { layer: endpoint.agent.layer, registered: () => registration.registered, focus, counts });
    // The daemon relays a last word only of who is registered.
    closing.push(() => focus.endSubscriptions());
    registration.start();
    announcePlace(place, { ...settings, ...signaling }, log);
    log.info({ ...fanout, maxMembers }, `${name}: rooms are hosted for up to ${maxMembers} members`);
    return { close, drain: (signal) => focus.drain(signal), addresses: { sip: endpoint.address } };
  } catch (error) {
    await close();
    throw error;
  }
}
