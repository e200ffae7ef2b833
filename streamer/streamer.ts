/** Puts a streamer together: source, fan-out, SIP agent, calls and registration; and takes it apart again in the right order. */
import { join } from 'node:path';
import type { ServiceContext } from '../shared/cli/command.ts';
import type { CommonSettings } from '../shared/cli/common.ts';
import type { RunningService } from '../shared/cli/lifecycle.ts';
import { UsageError } from '../shared/cli/usage-error.ts';
import { packageFolder } from '../shared/cli/version.ts';
import { systemClock } from '../shared/sip/index.ts';
import { CallDesk } from './call/call-desk.ts';
import { takeCandidates } from './call/candidates.ts';
import { describe, nameOfInput, readSidecar, type Mode } from './call/description.ts';
import { stationId } from './call/relay-path.ts';
import { openEndpoint, type EndpointSettings } from './call/endpoint.ts';
import { Replica } from './call/replica.ts';
import { announcePlace } from './diagnosis/announce-place.ts';
import type { EgressKind } from './egress/egress.ts';
import { chooseFanout, chooseWorkers, mediaPlace, mediaPorts, type MediaOptions } from './media-settings.ts';
import { addStreamerMetrics, measureCalls } from './metrics.ts';
import { random } from './random.ts';
import { openShards } from './shard/open-shards.ts';
import { EXTENSION } from './source/cache/cache.ts';
import { keptBytes } from './source/cache/eviction.ts';
import type { FilmPart } from './source/file/demuxer.ts';
import { openSource } from './source/open.ts';
import type { FilmFiles, OpenedSource } from './source/opened-source.ts';
import type { RenditionsWanted } from './source/renditions.ts';
import { InputError } from './source/source.ts';
import { Statistics } from './statistics/statistics.ts';

export const DEFAULT_CACHE = 'data/cache';
const GIGABYTE = 1024 ** 3;
export const SAMPLE_CLIP = 'data/sample.webm';
export const DEFAULT_SIGNALING_HOST = '127.0.0.1';
/** Stands in the help text for a name that is not given. */
export const NAME_FROM_FILE = 'made from the file’s name';

export interface StreamerSettings extends CommonSettings, EndpointSettings, MediaOptions {
  readonly file: string;
  readonly source: string | undefined;
  readonly mode: Mode;
  readonly renditions: RenditionsWanted | undefined;
  readonly title: string | undefined;
  readonly description: string | undefined;
  readonly image: string | undefined;
  /** Which of several streamers of this name it is; undefined for the only one. */
  readonly replica: string | undefined;
  /** From the arrival of an answer, ms. */
  readonly connectTimeout: number;
  readonly maxViewers: number;
  /** Threads for viewers; chosen by the machine's cores unless given. */
  readonly workers: number | undefined;
  /** The best that works here unless given. */
  readonly fanout: EgressKind | undefined;
  readonly ffmpeg: string | undefined;
  readonly cache: string;
  /** In gigabytes. */
  readonly cacheSize: number;
  /** Seconds. */
  readonly idleStop: number;
  readonly keepRunning: boolean;
}

function inputOf({ source, file }: StreamerSettings): string {
  if (source !== undefined) return source;
  return file === SAMPLE_CLIP ? join(packageFolder(), SAMPLE_CLIP) : file;
}

/** Beside the package where it is not said otherwise. */
function cacheFolder({ cache }: StreamerSettings): string {
  return cache === DEFAULT_CACHE ? join(packageFolder(), DEFAULT_CACHE) : cache;
}

async function open(settings: StreamerSettings, { log }: ServiceContext, onObtained: (found: boolean) => void): Promise<OpenedSource> {
  const { ffmpeg, cacheSize, idleStop, keepRunning, renditions } = settings;
  try {
    return await openSource({
      input: inputOf(settings),
      ffmpeg,
      renditions,
      environment: process.env,
      clock: systemClock,
      random,
      warn: (message) => log.warn(message),
      note: (message) => log.info(message),
      cache: { folder: cacheFolder(settings), maxBytes: cacheSize * GIGABYTE, onObtained },
      terminal: process.stderr,
      idleStopMs: keepRunning ? Infinity : idleStop * 1000,
    });
  } catch (error) {
    if (error instanceof InputError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

/** Viewers who begin anywhere need all of a film. */
async function completed(input: string, { parts, complete }: FilmFiles, stopSignal: AbortSignal): Promise<readonly FilmPart[]> {
  const stopped = new Promise<never>((_, reject) => stopSignal.addEventListener('abort', () => reject(new Error('the streamer was stopped before'))));
  await Promise.race([complete, stopped]).catch((cause: unknown) => {
    throw new UsageError(`--mode vod needs all of ${input} encoded: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  });
  return parts;
}

/**
 * Starts a streamer; it registers as soon as signaling is there.
 * @throws UsageError for an input that cannot be played, or settings that cannot be
 */
export async function startStreamer(settings: StreamerSettings, context: ServiceContext): Promise<RunningService> {
  const { log, metrics, health } = context;
  const input = inputOf(settings);
  const workers = chooseWorkers(settings.workers, mediaPorts(settings));
  const place = await mediaPlace(settings, Math.max(workers, 1));
  const fanout = chooseFanout(settings.fanout);
  const sidecar = settings.source === undefined ? await readSidecar(input) : {};
  const encodings = { found: 0, missing: 0 };
  const { source, how, film } = await open(settings, context, (found) => encodings[found ? 'found' : 'missing']++);
  const onDemand = settings.mode === 'vod';
  const name = settings.name === NAME_FROM_FILE ? nameOfInput(input) : settings.name;
  const closing: (() => Promise<unknown>)[] = [() => source.stop()];
  const close = async (): Promise<void> => {
    for (const step of closing.reverse()) await step();
  };
  try {
    if (onDemand && !film) throw new UsageError(`--mode vod needs a film that has an end, and ${input} is ${how}`);
    const parts = onDemand && film ? await completed(input, film, context.stopSignal) : undefined;
    const described = describe({ tracks: source.tracks, mode: settings.mode }, settings, sidecar, { title: name });
    const endpoint = await openEndpoint(settings, { name, random, log });
    closing.push(() => endpoint.close());
    const { agent } = endpoint;
    const { maxViewers, connectTimeout: patienceMs } = settings;
    const shard = await openShards({ workers, settings: { ...place, patienceMs, fanout: fanout.kind, ...(parts ? { film: parts } : {}) }, source, random, log });
    closing.push(() => shard.close());
    const statistics = new Statistics({ agent, shardOf: () => shard, log });
    takeCandidates(agent);
    const passage = {
      path: () => [{ id: stationId(name, settings.replica), onDemand: source.requestKeyframe !== undefined }],
      hindrance: onDemand ? `${name} plays a film to each viewer from its beginning (--mode vod), which cannot be relayed` : undefined,
    };
    const desk = new CallDesk({ agent, shard, maxViewers, passage, log, meter: measureCalls(metrics), onAudience: (viewers) => source.audience?.(viewers) });
    closing.push(() => desk.close());
    const replica = settings.replica === undefined ? undefined : new Replica({ name, id: settings.replica, maxViewers, viewers: () => desk.viewers, clock: systemClock });
    const registration = endpoint.registration(described, replica && { contactParameters: () => replica.contactParameters() });
    closing.push(() => registration.stop());
    health.needsToBeReady('signaling', () => registration.registered);
    addStreamerMetrics(metrics, {
      layer: agent.layer,
      viewers: () => desk.viewers,
      registered: () => registration.registered,
      totals: () => shard.totals(),
      cache: { bytes: () => keptBytes(cacheFolder(settings), EXTENSION), counts: encodings },
    });
    // The daemon relays a last word only of who is registered.
    closing.push(() => statistics.close());
    source.onFailure((err) => log.error({ err }, `${input} cannot be played on: viewers see the last picture`));
    if (!onDemand) source.start();
    registration.start();
    replica?.start(() => registration.renew());
    closing.push(() => Promise.resolve(replica?.close()));
    announcePlace(place, settings, log);
    log.info({ ...fanout }, `viewers are served by the ${fanout.kind} fan-out`);
    log.info({ tracks: source.tracks.map(({ codec }) => codec.name), mode: settings.mode }, `${name}: ${input} is ${how}`);
    const drain = async (signal: AbortSignal): Promise<void> => {
      await statistics.close();
      // A replica stays known, though nobody is sent to it: its viewers' calls pass through the daemon, which would take them for ended.
      if (replica) replica.drain();
      else await registration.stop();
      await desk.drain(signal);
    };
    return { close, drain, addresses: { sip: endpoint.address } };
  } catch (error) {
    await close();
    throw error;
  }
}
