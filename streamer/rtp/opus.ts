/** Opus packets in RTP: one packet is one payload (RFC 7587 §4.2); how long it lasts stands in its first byte (RFC 6716 §3.1). */

/** Frame lengths in samples at 48 kHz, by the configuration number's group: SILK-only, hybrid, CELT-only. */
const SILK_SAMPLES = [480, 960, 1920, 2880] as const;
const HYBRID_SAMPLES = [480, 960] as const;
const CELT_SAMPLES = [120, 240, 480, 960] as const;
const FIRST_HYBRID = 12;
const FIRST_CELT = 16;
const MAX_SAMPLES = 5760;

function samplesPerFrame(configuration: number): number {
  if (configuration < FIRST_HYBRID) return SILK_SAMPLES[configuration % 4] ?? 0;
  if (configuration < FIRST_CELT) return HYBRID_SAMPLES[configuration % 2] ?? 0;
  return CELT_SAMPLES[configuration % 4] ?? 0;
}

function framesIn(packet: Uint8Array): number {
  switch ((packet[0] ?? 0) & 0x03) {
    case 0:
      return 1;
    case 1:
    case 2:
      return 2;
    default:
      return (packet[1] ?? 0) & 0x3f;
  }
}

/** Length of a packet in samples at 48 kHz; 0 for one that is malformed (empty, or longer than the 120 ms that Opus allows). */
export function opusSamples(packet: Uint8Array): number {
  const [toc] = packet;
  if (toc === undefined) return 0;
  const samples = samplesPerFrame(toc >> 3) * framesIn(packet);
  return samples > MAX_SAMPLES ? 0 : samples;
}
