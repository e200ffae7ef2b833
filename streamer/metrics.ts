/** What operators measure of a streamer, and of processes that host rooms or take what is published: media by the same names in all. */
import type { Metrics, Reading } from '../shared/metrics/metrics.ts';
import { addSipMetrics } from '../shared/metrics/sip-metrics.ts';
import type { CallMeter } from './call/call-meter.ts';
import { SEND_DELAY_BOUNDS, type DelayCounts } from './fanout/send-delays.ts';
import type { Totals } from './fanout/totals.ts';
import type { ForwardingCounts } from './forwarding/counts.ts';

/** Seconds: a local viewer sees something after a fifth of a second, one who has to wait for a live input after a few. */
const FIRST_FRAME_BUCKETS = [0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 30];
const MS_PER_SECOND = 1000;
const BITS_PER_BYTE = 8;

interface Direction<Value> {
  readonly received: Value;
  readonly sent: Value;
}

/** Of one process, since it began. */
interface Media {
  readonly packets: Direction<number>;
  readonly bytes: Direction<number>;
  readonly retransmissions: number;
  readonly nacks: Direction<number>;
  readonly keyframeRequests: Direction<number>;
}

function addMediaMetrics(metrics: Metrics, read: () => Promise<Media>): void {
  const both = (name: string, help: string, pick: (media: Media) => Direction<number>) => {
    metrics.countedBy(name, help, ['direction'], async (): Promise<Reading<'direction'>[]> => {
      const { received, sent } = pick(await read());
      return [[{ direction: 'received' }, received], [{ direction: 'sent' }, sent]];
    });
  };
  both('sipcast_media_packets_total', 'RTP packets; those that were sent again are counted apart', ({ packets }) => packets);
  both('sipcast_media_bytes_total', 'Payload of these RTP packets', ({ bytes }) => bytes);
  metrics.counted('sipcast_media_retransmissions_total', 'RTP packets that were sent again', async () => (await read()).retransmissions);
  both('sipcast_media_nacks_total', 'RTCP packets that ask for lost packets (NACK)', ({ nacks }) => nacks);
  both('sipcast_media_keyframe_requests_total', 'RTCP packets that ask for a keyframe (PLI, FIR)', ({ keyframeRequests }) => keyframeRequests);
}

function addDelayMetrics(metrics: Metrics, read: () => Promise<DelayCounts>): void {
  const help = 'From the moment at which a frame was due at the source until the send call for the last viewer of its thread had returned; of what all see at the same moment';
  metrics.histogramOf('sipcast_streamer_send_delay_seconds', help, SEND_DELAY_BOUNDS, async () => {
    const { counts, seconds } = await read();
    return { counts, sum: seconds };
  });
}

function addRegistrationMetrics(metrics: Metrics, registered: () => boolean): void {
  metrics.gauge('sipcast_streamer_registered', 'Whether signaling has our name: 1 or 0', () => Number(registered()));
}

export interface MeasuredStreamer {
  readonly layer: Parameters<typeof addSipMetrics>[1];
  readonly viewers: () => number;
  readonly registered: () => boolean;
  /** Of all threads. */
  readonly totals: () => Promise<Totals>;
  /** Bytes that encodings take, and how often one was there already, or had to be made. */
  readonly cache: { readonly bytes: () => Promise<number>; readonly counts: { readonly found: number; readonly missing: number } };
}

/** The calls of viewers, which are taken as soon as the streamer is put together. */
export function measureCalls(metrics: Metrics): CallMeter {
  const calls = metrics.counter('sipcast_streamer_calls_total', 'Calls of viewers by what became of them', ['result']);
  const firstFrames = metrics.histogram('sipcast_time_to_first_frame_seconds', 'From the INVITE of a viewer to the first packet of picture that he is sent, or of sound where there is no picture', { buckets: FIRST_FRAME_BUCKETS });
  return { called: (result) => calls.inc({ result }), firstFrame: (milliseconds) => firstFrames.observe({}, milliseconds / MS_PER_SECOND) };
}

export function addStreamerMetrics(metrics: Metrics, { layer, viewers, registered, totals, cache }: MeasuredStreamer): void {
  addSipMetrics(metrics, layer);
  addRegistrationMetrics(metrics, registered);
  metrics.gauge('sipcast_streamer_viewers', 'Viewers that watch or are about to', viewers);
  const sharedTotals = sharedFor(totals);
  addDelayMetrics(metrics, async () => (await sharedTotals()).delays);
  addMediaMetrics(metrics, sharedFor(async () => {
    const { packets, octets, retransmitted, nacks, keyframeRequests } = await sharedTotals();
    const sent = (value: number): Direction<number> => ({ received: 0, sent: value });
    const received = (value: number): Direction<number> => ({ received: value, sent: 0 });
    return { packets: sent(packets), bytes: sent(octets), retransmissions: retransmitted, nacks: received(nacks), keyframeRequests: received(keyframeRequests) };
  }));
  metrics.gauge('sipcast_cache_size_bytes', 'What the encodings in the cache take', cache.bytes);
  metrics.countedBy('sipcast_cache_encodings_total', 'Encodings that were wanted, by whether the cache had them', ['result'], () => [
    [{ result: 'found' }, cache.counts.found],
    [{ result: 'missing' }, cache.counts.missing],
  ]);
}

export interface MeasuredRooms {
  readonly layer: Parameters<typeof addSipMetrics>[1];
  readonly registered: () => boolean;
  readonly focus: { readonly rooms: number; readonly members: number };
  readonly counts: ForwardingCounts;
}

export function addRoomsMetrics(metrics: Metrics, { layer, registered, focus, counts }: MeasuredRooms): void {
  addSipMetrics(metrics, layer);
  addRegistrationMetrics(metrics, registered);
  metrics.gauge('sipcast_rooms_open', 'Rooms with somebody inside', () => focus.rooms);
  metrics.gauge('sipcast_rooms_members', 'Members of all rooms, and those who are about to be', () => focus.members);
  addMediaMetrics(metrics, () => Promise.resolve({
    packets: { received: counts.packetsReceived, sent: counts.packetsSent },
    bytes: { received: counts.bytesReceived, sent: counts.bytesSent },
    retransmissions: counts.retransmitted,
    nacks: { received: counts.nacksReceived, sent: counts.nacksSent },
    keyframeRequests: { received: counts.keyframeRequestsReceived, sent: counts.keyframeRequestsSent },
  }));
}

export interface MeasuredIngest {
  readonly layer: Parameters<typeof addSipMetrics>[1];
  readonly registered: () => boolean;
  readonly ingest: { readonly publishers: number; readonly viewers: number; totals(): Promise<Totals> };
  /** Of those who publish. */
  readonly counts: ForwardingCounts;
}

export function addIngestMetrics(metrics: Metrics, { layer, registered, ingest, counts }: MeasuredIngest): void {
  addSipMetrics(metrics, layer);
  addRegistrationMetrics(metrics, registered);
  metrics.gauge('sipcast_ingest_publishers', 'Those who publish, or are about to', () => ingest.publishers);
  metrics.gauge('sipcast_streamer_viewers', 'Viewers that watch or are about to', () => ingest.viewers);
  const totals = sharedFor(() => ingest.totals());
  addDelayMetrics(metrics, async () => (await totals()).delays);
  addMediaMetrics(metrics, sharedFor(async () => {
    const { packets, octets, retransmitted, nacks, keyframeRequests } = await totals();
    return {
      packets: { received: counts.packetsReceived, sent: packets },
      bytes: { received: counts.bytesReceived, sent: octets },
      retransmissions: retransmitted,
      nacks: { received: nacks, sent: counts.nacksSent },
      keyframeRequests: { received: keyframeRequests, sent: counts.keyframeRequestsSent },
    };
  }));
}

export interface MeasuredRelay {
  readonly layer: Parameters<typeof addSipMetrics>[1];
  readonly relay: {
    readonly viewers: number;
    readonly registered: boolean;
    readonly state: string;
    totals(): Promise<Totals>;
    /** Of what comes from the origin. */
    figures(): { readonly bitsPerSecond: number; readonly packetsLost: number; readonly answered: number; readonly failed: number };
  };
  /** Of what comes from the origin. */
  readonly counts: ForwardingCounts;
}

export function addRelayMetrics(metrics: Metrics, { layer, relay, counts }: MeasuredRelay): void {
  addSipMetrics(metrics, layer);
  addRegistrationMetrics(metrics, () => relay.registered);
  metrics.gauge('sipcast_streamer_viewers', 'Viewers that watch or are about to', () => relay.viewers);
  metrics.gauge('sipcast_relay_upstream_connected', 'Whether media comes from the origin: 1 or 0', () => Number(relay.state === 'connected'));
  metrics.gauge('sipcast_relay_upstream_bytes_per_second', 'What comes from the origin, without the overhead of packets', () => relay.figures().bitsPerSecond / BITS_PER_BYTE);
  metrics.counted('sipcast_relay_upstream_packets_lost_total', 'Packets of the origin that never came, also when they were asked for again', () => relay.figures().packetsLost);
  metrics.countedBy('sipcast_relay_upstream_calls_total', 'Calls to the origin by what became of them', ['result'], () => [
    [{ result: 'answered' }, relay.figures().answered],
    [{ result: 'failed' }, relay.figures().failed],
  ]);
  addMediaMetrics(metrics, sharedFor(async () => {
    const { packets, octets, retransmitted, nacks, keyframeRequests } = await relay.totals();
    return {
      packets: { received: counts.packetsReceived, sent: packets },
      bytes: { received: counts.bytesReceived, sent: octets },
      retransmissions: retransmitted,
      nacks: { received: nacks, sent: counts.nacksSent },
      keyframeRequests: { received: keyframeRequests, sent: counts.keyframeRequestsSent },
    };
  }));
}

/** Several who ask at the same time get one answer. */
function sharedFor<Value>(ask: () => Promise<Value>): () => Promise<Value> {
  let asked: Promise<Value> | undefined;
  return () => (asked ??= ask().finally(() => (asked = undefined)));
}
