/** Puts together what carries viewers in one thread: connections and the fan-out of a source. */
import { randomBytes, randomInt } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import type { Logger } from '../../shared/log/logger.ts';
import { systemClock } from '../../shared/sip/timing/clock.ts';
import { Broadcast } from '../call/broadcast.ts';
import { reportFailures } from '../diagnosis/report-failures.ts';
import type { EgressKind } from '../egress/egress.ts';
import { openInRange } from '../egress/port-range.ts';
import { reportDrops } from '../egress/report-drops.ts';
import { Fanout } from '../fanout/fanout.ts';
import { SendDelays } from '../fanout/send-delays.ts';
import { watchOver } from '../quality/watch-over.ts';
import { openFilm, type FilmPart } from '../source/file/demuxer.ts';
import type { Source } from '../source/source.ts';
import { FilmChunks } from '../vod/film-chunks.ts';
import { Playbacks } from '../vod/playbacks.ts';
import { mediaAddresses, type MediaPlace } from '../webrtc/addresses.ts';
import { MediaPort } from '../webrtc/media-port.ts';
import { Peer } from '../webrtc/peer.ts';
import { warmUp } from '../webrtc/warm-up.ts';
import { LocalShard } from './local-shard.ts';
import { remembered } from './remembered.ts';

const RANDOM_STEPS = 2 ** 47;

/** Asking the system costs as much as a tenth of letting a viewer in. */
const ADDRESSES_GOOD_FOR_MS = 1_000;

/**
 * Small buffers are cut from pools, and each that is kept, such as a key, keeps its whole pool: 8 kB, or 64 with Node 24. This is
 * still room for what is small; payloads get memory of their own, just as much as they need.
 */
const POOL_BYTES = 2_048;

/** What a shard has to know beside its source; goes to worker threads, so it can be cloned. */
export interface ShardSettings extends MediaPlace {
  /** How long a viewer may take to connect, from the arrival of the answer. */
  readonly patienceMs?: number;
  /** How packets are encrypted and sent. */
  readonly fanout: EgressKind;
  /** Where each viewer has a playback of his own: the film. Every shard opens it for itself, and nothing is sent of the source. */
  readonly film?: readonly FilmPart[] | undefined;
}

const random = (): number => randomInt(RANDOM_STEPS) / RANDOM_STEPS;

/** Resolves when viewers can be admitted. */
export async function openLocalShard(settings: ShardSettings, source: Source, log: Logger): Promise<LocalShard> {
  const { fanout: kind, film: parts, patienceMs } = settings;
  Buffer.poolSize = POOL_BYTES;
  const film = parts && (await openFilm(parts));
  const egress = await openInRange(kind, mediaAddresses(settings, networkInterfaces()).bind, settings.ports);
  const sending = { clock: systemClock, wallClock: Date.now, random, quality: watchOver(systemClock) };
  const delays = new SendDelays();
  const programme = film ? new Playbacks({ ...sending, film: new FilmChunks(film) }) : new Broadcast(new Fanout({ ...sending, source, delays }), systemClock);
  const port = new MediaPort(egress);
  // Networks come and go: each viewer is told the addresses of his moment.
  const addresses = remembered(() => mediaAddresses(settings, networkInterfaces()).offered, ADDRESSES_GOOD_FOR_MS, systemClock);
  const peerOptions = () => ({ tracks: source.tracks, port, addresses: addresses(), ...(patienceMs === undefined ? {} : { patienceMs }), clock: systemClock, randomBytes, dataChannel: film !== undefined || source.tracks.some(({ rendition }) => rendition) });
  await warmUp(peerOptions());
  log.debug('viewers can be carried');
  const endReports = reportDrops(egress, log, systemClock);
  const failures = reportFailures(log);
  const release = async (): Promise<void> => {
    failures.close();
    endReports();
    await egress.close();
    film?.close();
  };
  return new LocalShard({ programme, connect: (offer) => Peer.create(offer, peerOptions()), failures: { report: failures.report, clock: systemClock }, delays, release });
}
