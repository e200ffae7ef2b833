/** One viewer: a reserved name, the streamer that he chose and the pages that he has open. */
import type { Streamer } from '../directory/streamer.ts';

/** A page's end of a WebSocket, as far as the rest of front needs it. */
export interface PageSocket {
  /** Sends a text message; dropped when the page no longer listens. */
  send(text: string): void;
  /** Ends the connection with a code of RFC 6455 §7.4.1. */
  close(code: number, reason: string): void;
}

/** The account by which a viewer has signed in. */
export interface ViewerAccount {
  readonly id: string;
  readonly operator: boolean;
}

export class Viewer {
  /** Changed by `Viewers.rename` alone. */
  name: string;
  /** Tells this reservation from later ones of the same name. Changed by `Viewers.moved` alone. */
  token: string;
  /** The IP address, or IPv6 network, that reserved the name. */
  readonly address: string;
  readonly sockets = new Set<PageSocket>();
  /** The streamer chosen last, as the directory described it then. */
  choice: Streamer | undefined;
  /** Undefined for a guest. */
  account: ViewerAccount | undefined;

  constructor(name: string, token: string, address: string) {
    this.name = name;
    this.token = token;
    this.address = address;
  }

  /** Sends one message to each page that this viewer has open. */
  tell(message: object): void {
    const text = JSON.stringify(message);
    for (const socket of this.sockets) socket.send(text);
  }
}
