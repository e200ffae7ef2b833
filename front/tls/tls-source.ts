/** Where the server's certificate comes from. */

export interface TlsMaterial {
  /** PEM: the certificate, and those that lead to the one that browsers know. */
  readonly cert: string;
  /** PEM. */
  readonly key: string;
}

export interface TlsSource {
  /** Nobody vouches for it: browsers warn, and are never told to insist on HTTPS. */
  readonly selfSigned: boolean;
  /** What is to be shown now; asked for again from time to time, since no certificate lasts for ever. @throws TlsError */
  load(): Promise<TlsMaterial>;
}

/** There is no certificate to be shown; its text says what to do. */
export class TlsError extends Error {
  override readonly name = 'TlsError';
}
