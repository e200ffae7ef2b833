/**
 * `window.sipcast`: what the page tells programs that drive it, such as end-to-end tests and measurements.
 * It only reads; everything that changes something is done with the page's own controls. No browser types are needed to
 * import this file.
 */

export interface SipcastPage {
  /** Raised when something here is renamed or taken away. */
  readonly version: 1;
  session(): { readonly state: 'out' | 'entering' | 'in'; readonly name: string };
  /** The list as last heard; undefined before that. */
  streamers(): readonly StreamerEntry[] | undefined;
  service(): { readonly front: 'connecting' | 'live' | 'polling' | 'away'; readonly signaling: 'up' | 'down' };
  readonly player: PlayerProbe;
  readonly meeting: MeetingProbe;
  readonly live: LiveProbe;
}

export interface LiveProbe {
  /** `failure`: why it is over, or could not begin; an identifier of connection/failure.ts. */
  state(): { readonly phase: 'off' | 'starting' | 'connecting' | 'live' | 'interrupted'; readonly name: string | undefined; readonly failure: string | undefined };
  /** Of the last second; undefined before there is one. */
  figures(): { readonly bitsPerSecond: number; readonly framesSent: number; readonly width: number; readonly height: number } | undefined;
}

export interface MeetingProbe {
  /** The call or room one is in, or about to be; undefined where there is neither. */
  state(): MeetingState | undefined;
  /** Of everybody else, read at the moment of the call. */
  stats(): Promise<readonly ParticipantStats[]>;
  /** Kinds of the candidates by which media goes now, such as `relay`; undefined while there is no connection. */
  path(): Promise<{ readonly local: string; readonly remote: string } | undefined>;
  /** Names of who rings here. */
  rings(): readonly string[];
  /** Names of who is online, oneself left out. */
  people(): readonly string[];
}

export interface MeetingState {
  readonly kind: 'call' | 'room';
  /** Of call-state.ts or room-state.ts. */
  readonly phase: string;
  /** Why it is over, or was turned down; undefined where it is not. */
  readonly reason: string | undefined;
  readonly interrupted: boolean;
  readonly participants: readonly { readonly name: string; readonly self: boolean; readonly audio: boolean; readonly video: boolean; readonly screen: boolean }[];
  /** Name of who speaks. */
  readonly speaking: string | undefined;
  readonly unread: number;
  /** Whether texts can be sent. */
  readonly chatReady: boolean;
  /** Texts others and oneself have written, the latest last; what the room says itself is `from` nobody. */
  readonly texts: readonly { readonly from: string | undefined; readonly text: string; readonly own: boolean; readonly private: boolean }[];
}

export interface ParticipantStats {
  readonly name: string;
  readonly framesDecoded: number;
  readonly screenFramesDecoded: number;
  readonly audioSamples: number;
  /** Grows while sound other than silence is decoded. */
  readonly audioEnergy: number;
  readonly width: number;
  readonly height: number;
}

export interface StreamerEntry {
  readonly name: string;
  readonly address: string;
  readonly title: string;
  readonly viewers: number;
}

export interface PlayerProbe {
  /** Undefined while the wall is shown. */
  state(): PlayerState | undefined;
  /** Read at the moment of the call; undefined while there is no connection. */
  stats(): Promise<PlayerStats | undefined>;
}

export interface PlayerState {
  readonly streamer: string;
  readonly phase: 'connecting' | 'playing' | 'interrupted' | 'waiting';
  /** How far, while `phase` is `connecting`. */
  readonly stage: 'offer' | 'ice' | 'dtls' | 'picture' | undefined;
  /** Why, while `phase` is `waiting`: an identifier of connection/failure.ts. */
  readonly failure: string | undefined;
  /** Offers made since the player was opened. */
  readonly offers: number;
  readonly muted: boolean;
  /** The browser let nothing sound, and the viewer has not clicked yet. */
  readonly soundBlocked: boolean;
  /** Of a film on demand, once the streamer has told it. */
  readonly position: { readonly seconds: number; readonly duration: number; readonly paused: boolean } | undefined;
  /** Where there are several qualities. */
  readonly rendition: { readonly name: string; readonly pinned: boolean; readonly available: readonly string[] } | undefined;
}

export interface PlayerStats {
  readonly framesDecoded: number;
  readonly keyFramesDecoded: number;
  readonly framesDropped: number;
  readonly freezeCount: number;
  readonly width: number;
  readonly height: number;
  readonly videoPackets: number;
  readonly videoBytes: number;
  readonly audioPackets: number;
  readonly audioBytes: number;
  /** Audio and video together, as counted by the receiver. */
  readonly packetsLost: number;
  readonly nackCount: number;
  readonly pliCount: number;
  /** Grows while sound other than silence is decoded. */
  readonly totalAudioEnergy: number;
  readonly audioSamples: number;
  readonly videoCodec: string;
  readonly audioCodec: string;
  readonly roundTripMs: number | undefined;
  readonly jitterMs: number | undefined;
  /** Milliseconds from the making of the offer; each undefined until reached. */
  readonly ttff: {
    readonly answerMs: number | undefined;
    readonly iceMs: number | undefined;
    readonly dtlsMs: number | undefined;
    readonly firstFrameMs: number | undefined;
  };
}
