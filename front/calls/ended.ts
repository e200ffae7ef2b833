/** How a call ends, as its pages are told: a reason for programs, and a sentence for people. */

export type CallEnd = 'declined' | 'cancelled' | 'expired' | 'busy' | 'away' | 'hung-up' | 'gone' | 'answered-elsewhere' | 'closed-by-operator' | 'failed';

const SENTENCES: Readonly<Record<CallEnd, (other: string) => string>> = {
  declined: (other) => `${other} declined.`,
  cancelled: () => 'The call was taken back.',
  expired: () => 'Nobody answered in time.',
  busy: (other) => `${other} is busy.`,
  away: (other) => `${other} cannot be reached.`,
  'hung-up': (other) => `${other} has hung up.`,
  gone: (other) => `The connection to ${other} was lost.`,
  'answered-elsewhere': () => 'It was answered on another page.',
  'closed-by-operator': () => 'An operator has ended the call.',
  failed: (other) => `The call with ${other} did not come about.`,
};

/** @param other name of the other side */
export function endedMessage(call: string, reason: CallEnd, other: string): object {
  return { type: 'ended', call, reason, message: SENTENCES[reason](other) };
}

/** Why we say BYE, where the other side's page is to know more than that (RFC 3326). */
export const BYE_REASONS = {
  gone: 'SIP;cause=410;text="gone"',
  'closed-by-operator': 'SIP;cause=480;text="closed by operator"',
} as const;

/** What a BYE means that came with this Reason, or with none. */
export function endOfBye(reason: string | undefined): CallEnd {
  const known = (Object.keys(BYE_REASONS) as (keyof typeof BYE_REASONS)[]).find((end) => BYE_REASONS[end] === reason);
  return known ?? 'hung-up';
}

/** What the caller's page is told of a refusal. */
export function endOfRefusal(status: number): CallEnd {
  switch (status) {
    case 486:
    case 600:
      return 'busy';
    case 603:
      return 'declined';
    case 487:
      return 'expired';
    case 404:
    case 408:
    case 410:
    case 480:
    case 604:
      return 'away';
    default:
      return 'failed';
  }
}
