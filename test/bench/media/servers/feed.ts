/** The clip as RTP, for servers that do not read files: sent by ffmpeg at its own pace, without encoding anything. */
import { toolPath } from '../../../support/tools/system-tools.ts';
import { Child } from '../../../support/processes/child.ts';
import { AUDIO_PAYLOAD_TYPE, VIDEO_PAYLOAD_TYPE } from '../viewer/load-viewer.ts';

const PACKET_BYTES = 1_200;

export interface FeedPorts {
  readonly audio: number;
  readonly video: number;
}

/** Plays `clip` over and over to two ports on the loopback interface, until the child is ended. */
export function startFeed(clip: string, { audio, video }: FeedPorts): Child {
  const output = (map: string, payloadType: number, port: number) => ['-map', map, '-c', 'copy', '-payload_type', `${payloadType}`, '-f', 'rtp', `rtp://127.0.0.1:${port}?pkt_size=${PACKET_BYTES}`];
  return new Child(
    toolPath('ffmpeg'),
    ['-nostdin', '-loglevel', 'error', '-re', '-stream_loop', '-1', '-i', clip, ...output('0:v', VIDEO_PAYLOAD_TYPE, video), ...output('0:a', AUDIO_PAYLOAD_TYPE, audio)],
    { name: 'ffmpeg (feed)' },
  );
}
