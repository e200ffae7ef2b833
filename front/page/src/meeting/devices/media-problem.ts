/** Why a microphone, a camera or the screen could not be had, by an identifier whose words stand in strings/meeting.ts (Media Capture and Streams §10.2.1). */

export type MediaKind = 'microphone' | 'camera' | 'screen';

/**
 * `insecure`: the page is not on HTTPS, where browsers have no devices at all. `unsupported`: the browser has no such thing. `denied`: the
 * person or the system said no. `absent`: nothing is plugged in. `in-use`: another program has it. `vanished`: it was unplugged meanwhile.
 */
export type MediaProblemId = 'insecure' | 'unsupported' | 'denied' | 'absent' | 'in-use' | 'vanished' | 'unknown';

const BY_NAME: Readonly<Record<string, MediaProblemId>> = {
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  PermissionDeniedError: 'denied',
  NotFoundError: 'absent',
  DevicesNotFoundError: 'absent',
  OverconstrainedError: 'absent',
  NotReadableError: 'in-use',
  TrackStartError: 'in-use',
  AbortError: 'in-use',
  NotSupportedError: 'unsupported',
};

/** @param error what getUserMedia or getDisplayMedia threw */
export function mediaProblem(error: unknown): MediaProblemId {
  const name = typeof error === 'object' && error !== null && 'name' in error ? String(error.name) : '';
  return BY_NAME[name] ?? 'unknown';
}

export interface Surroundings {
  readonly isSecureContext: boolean;
  readonly mediaDevices: unknown;
  readonly hasWebRtc: boolean;
}

/** What keeps this page from any device whatever the person allows; undefined where nothing does. */
export function generalProblem({ isSecureContext, mediaDevices, hasWebRtc }: Surroundings): 'insecure' | 'unsupported' | undefined {
  if (!isSecureContext) return 'insecure';
  return mediaDevices === undefined || mediaDevices === null || !hasWebRtc ? 'unsupported' : undefined;
}
