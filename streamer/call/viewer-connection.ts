/** A viewer's connection as his call sees it, whatever carries the media. */
import type { TextChannel } from '../controls/text-channel.ts';
import type { ViewerTransport } from '../fanout/transport.ts';

export interface ViewerConnection extends ViewerTransport {
  /** What the viewer has to be told, in SDP. */
  readonly answer: string;
  /**
   * Takes another offer of the same session: ICE begins anew where its credentials are others, and media goes on.
   * @returns the answer
   * @throws SdpError, NotAcceptableError where it would change anything else
   */
  renew(offer: string): string;
  /** Further addresses at which the viewer says that he can be reached: values of `a=candidate:` lines (RFC 8840). */
  addCandidates(candidates: readonly string[]): void;
  /** For commands and news, where the viewer offered one and it was taken. */
  readonly channel?: TextChannel | undefined;
  /** Hears once when media can be sent. */
  onConnected(listener: () => void): void;
  /** Hears once why the connection ended by itself. */
  onClosed(listener: (reason: string) => void): void;
  /** Ends it for a reason that those who listen hear of. */
  end(reason: string): void;
  /** Frees everything; resolves when it is gone. */
  close(): Promise<void>;
}

/** An offer that is well formed but cannot be answered with what we have (SIP 488). */
export class NotAcceptableError extends Error {
  override readonly name = 'NotAcceptableError';
}

/**
 * Answers an offer in SDP.
 * @throws SdpError when it is none
 * @throws NotAcceptableError when nothing in it can be sent
 */
export type Connect = (offer: string) => Promise<ViewerConnection>;
