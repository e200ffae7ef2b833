/** How dialogs end, and what cannot be done with them. */

/**
 * Why a dialog is over: someone said BYE; the other side stopped answering; it no longer knows the dialog (481); or the
 * session's time ran out without refresh (RFC 4028).
 */
export type DialogEnd = 'local-bye' | 'remote-bye' | 'timeout' | 'unknown-to-peer' | 'session-expired';

/** Something was to be sent in a dialog that is over. */
export class DialogEndedError extends Error {
  override readonly name = 'DialogEndedError';
  readonly reason: DialogEnd;

  constructor(method: string, callId: string, reason: DialogEnd) {
    super(`${method} not sent: the dialog has ended (${reason}, Call-ID ${callId})`);
    this.reason = reason;
  }
}

/** A re-INVITE was to be sent while another is under way, ours or theirs (RFC 3261 §14.1): wait for its end. */
export class InvitePendingError extends Error {
  override readonly name = 'InvitePendingError';

  constructor(callId: string) {
    super(`re-INVITE not sent: another one is under way (Call-ID ${callId})`);
  }
}
