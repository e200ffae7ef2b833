import { describe, expect, it } from 'vitest';
import { Metrics } from '../../../shared/metrics/metrics.ts';
import { newTransactionStats } from '../../../shared/sip/transaction/stats.ts';
import { newForwardingCounts } from '../../../streamer/forwarding/counts.ts';
import { addRoomsMetrics, addStreamerMetrics, measureCalls } from '../../../streamer/metrics.ts';
import { readExposition } from '../../support/metrics/scrape.ts';

const layer = { stats: newTransactionStats(), clientTransactions: 2, serverTransactions: 1 };

const read = async (metrics: Metrics) => Object.fromEntries(readExposition(await metrics.text()));

describe('the metrics', () => {
  it('of a streamer are what it sends and what viewers ask for, asked of its threads once for all', async () => {
    const metrics = new Metrics();
    let asked = 0;
    const totals = async () => {
      asked++;
      return Promise.resolve({ packets: 100, octets: 90_000, retransmitted: 4, nacks: 3, keyframeRequests: 2, delays: { counts: [5, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], seconds: 3 } });
    };
    addStreamerMetrics(metrics, { layer, viewers: () => 7, registered: () => true, totals, cache: { bytes: () => Promise.resolve(5), counts: { found: 1, missing: 2 } } });
    const meter = measureCalls(metrics);
    meter.called('answered');
    meter.firstFrame(250);
    expect(await read(metrics)).toMatchObject({
      sipcast_streamer_viewers: 7, sipcast_streamer_registered: 1, 'sipcast_media_packets_total{direction="sent"}': 100, 'sipcast_media_packets_total{direction="received"}': 0,
      'sipcast_media_bytes_total{direction="sent"}': 90_000, sipcast_media_retransmissions_total: 4, 'sipcast_media_nacks_total{direction="received"}': 3,
      'sipcast_media_keyframe_requests_total{direction="received"}': 2, sipcast_cache_size_bytes: 5, 'sipcast_cache_encodings_total{result="missing"}': 2,
      'sipcast_streamer_calls_total{result="answered"}': 1, 'sipcast_time_to_first_frame_seconds_bucket{le="0.2"}': 0, 'sipcast_time_to_first_frame_seconds_bucket{le="0.3"}': 1,
      'sipcast_streamer_send_delay_seconds_bucket{le="0.001"}': 5, 'sipcast_streamer_send_delay_seconds_bucket{le="1"}': 9, 'sipcast_streamer_send_delay_seconds_bucket{le="+Inf"}': 10,
      sipcast_streamer_send_delay_seconds_sum: 3, sipcast_streamer_send_delay_seconds_count: 10, sipcast_time_to_first_frame_seconds_sum: 0.25, 'sipcast_sip_transactions{kind="client"}': 2,
    });
    expect(asked).toBe(1);
    await metrics.text();
    expect(asked).toBe(2);
  });

  it('of a process that hosts rooms have the same names, in both directions', async () => {
    const metrics = new Metrics();
    const counts = newForwardingCounts();
    addRoomsMetrics(metrics, { layer, registered: () => false, focus: { rooms: 2, members: 5 }, counts });
    Object.assign(counts, { packetsReceived: 10, bytesReceived: 9_000, packetsSent: 40, bytesSent: 36_000, retransmitted: 3, nacksReceived: 2, nacksSent: 1, keyframeRequestsReceived: 4, keyframeRequestsSent: 5 });
    expect(await read(metrics)).toMatchObject({
      sipcast_rooms_open: 2, sipcast_rooms_members: 5, sipcast_streamer_registered: 0, 'sipcast_media_packets_total{direction="received"}': 10, 'sipcast_media_packets_total{direction="sent"}': 40,
      'sipcast_media_bytes_total{direction="received"}': 9_000, sipcast_media_retransmissions_total: 3, 'sipcast_media_nacks_total{direction="sent"}': 1, 'sipcast_media_keyframe_requests_total{direction="sent"}': 5,
    });
  });
});
