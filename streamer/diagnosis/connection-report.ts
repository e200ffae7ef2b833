/** What is known of a connection whose media did not come up, from the streamer's side; it goes between threads, so it can be cloned. */

export interface ConnectionReport {
  /** What he is called: `the viewer`, `the member`. */
  readonly who: string;
  /** Values of `a=candidate` in his offer; empty where it has none, for his checks may show where he is. */
  readonly offered: readonly string[];
  /** `address:port` of the candidates in our answer; empty where nobody told. */
  readonly answered: readonly string[];
  readonly checks: CheckReport;
  /** Whether he chose a way that works. */
  readonly nominated: boolean;
  /** Where there is a way: how far the handshake came. */
  readonly dtls: 'not-begun' | 'begun' | 'failed' | 'done';
  readonly dtlsError?: string;
}

export interface CheckReport {
  /** Authentic checks of his. */
  readonly received: number;
  /** Whence they came, as `address:port`. */
  readonly from: readonly string[];
  /** Of ours, repetitions included. */
  readonly sent: number;
  /** Of ours, those that he answered. */
  readonly answered: number;
}
