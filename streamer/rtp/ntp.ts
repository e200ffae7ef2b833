/** Wall-clock time as RTCP writes it: seconds since 1900 in 32 bits, and a fraction of a second in 32 more (RFC 3550 §4). */

const UNIX_EPOCH_IN_NTP_SECONDS = 2_208_988_800;
const FRACTIONS = 0x1_0000_0000;

export interface NtpTime {
  readonly seconds: number;
  readonly fraction: number;
}

/** @param unixMs milliseconds since 1970 */
export function ntpFromUnix(unixMs: number): NtpTime {
  const seconds = Math.floor(unixMs / 1000);
  const fraction = Math.floor(((unixMs - seconds * 1000) / 1000) * FRACTIONS);
  return { seconds: (seconds + UNIX_EPOCH_IN_NTP_SECONDS) % FRACTIONS, fraction };
}

/** Milliseconds since 1970; only differences mean something where the sender's clock is wrong. */
export function unixFromNtp({ seconds, fraction }: NtpTime): number {
  return (seconds - UNIX_EPOCH_IN_NTP_SECONDS) * 1000 + (fraction / FRACTIONS) * 1000;
}

/** The middle 32 bits, in units of 1/65,536 s, by which a receiver report names a sender report (RFC 3550 §6.4.1). */
export function compactNtp({ seconds, fraction }: NtpTime): number {
  return (((seconds & 0xffff) << 16) | (fraction >>> 16)) >>> 0;
}
