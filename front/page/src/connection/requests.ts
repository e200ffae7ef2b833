/** Requests of the page over its WebSocket: each has a number, by which its reply is known, and a time in which that must come. */
import { failureIdOf, FailureError } from './failure.ts';
import type { ReplyMessage } from './messages.ts';
import { readReply, type Reply, type Requests as Bodies, type RequestType } from './replies.ts';
import type { Timing } from './timing.ts';

/** front answers most requests by itself. */
export const REPLY_LIMIT_MS = 8_000;

/** These go on to somebody by SIP, whose transactions end after 64·T1 = 32 s; nobody looks at a spinner that long without being told. */
const FAR_LIMITS_MS: Partial<Record<RequestType, number>> = { call: 12_000, invite: 12_000, join: 20_000, accept: 12_000, lose: 34_000 };

export interface RequestsOptions {
  /** @returns false while there is no open socket */
  readonly send: (text: string) => boolean;
  readonly timing: Timing;
}

interface Pending {
  readonly settle: (message: ReplyMessage) => void;
  readonly fail: () => void;
}

export class Requests {
  readonly #options: RequestsOptions;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;

  constructor(options: RequestsOptions) {
    this.#options = options;
  }

  /**
   * Asks front for something.
   * @throws FailureError with the identifier that front answered; `service-away` when there is no connection, it is lost, or no reply comes in time
   */
  async request<T extends RequestType>(type: T, body: Bodies[T]): Promise<Reply<T>> {
    const message = await this.#reply(type, body);
    if (message.type === 'error') throw new FailureError({ id: failureIdOf(0, message.error), ...(message.message === '' ? {} : { detail: message.message }) });
    const reply = readReply(type, message.body);
    if (reply === undefined) throw new FailureError({ id: 'unexpected', detail: `The reply to “${type}” lacks something.` });
    return reply;
  }

  /** A reply has come. */
  heard(message: ReplyMessage): void {
    this.#pending.get(message.id)?.settle(message);
  }

  /** The connection is lost: nothing that was asked will be answered. */
  dropped(): void {
    for (const { fail } of [...this.#pending.values()]) fail();
  }

  #reply(type: RequestType, body: object): Promise<ReplyMessage> {
    const id = (this.#lastId += 1);
    return new Promise((resolve, reject) => {
      const cancel = this.#options.timing.after(FAR_LIMITS_MS[type] ?? REPLY_LIMIT_MS, () => fail());
      const done = (): void => {
        cancel();
        this.#pending.delete(id);
      };
      const fail = (): void => {
        done();
        reject(new FailureError({ id: 'service-away' }));
      };
      this.#pending.set(id, {
        fail,
        settle: (message) => {
          done();
          resolve(message);
        },
      });
      if (!this.#options.send(JSON.stringify({ ...body, type, id }))) fail();
    });
  }
}
