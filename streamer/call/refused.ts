/** A request that is refused, with the status that says so. */
import type { ReplyOptions } from '../../shared/sip/index.ts';
import { warning } from './warning.ts';

export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly status: number;
  readonly #headers: Readonly<Record<string, string>>;

  /** @param message what the Warning says */
  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
    this.#headers = headers;
  }

  get reply(): ReplyOptions {
    return { headers: { ...this.#headers, Warning: warning(this.message) } };
  }
}
