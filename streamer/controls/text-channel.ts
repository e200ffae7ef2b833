/** A way to exchange short texts with one viewer, whatever carries it. */

export interface TextChannel {
  /** Hears once when texts can be sent. */
  onOpen(listener: () => void): void;
  /** Hears each text that comes; undefined for what was no text, or too long to be taken. */
  onMessage(listener: (text: string | undefined) => void): void;
  /** @returns false when it was not sent: not open, too long, or the viewer has stopped reading */
  send(text: string): boolean;
}
