/** One who publishes, from his INVITE to the BYE of either side: signaling, media, his name and those who watch begin and end together. */
import { formatFailureReason } from '../../shared/diagnosis/connection-failure.ts';
import type { Logger } from '../../shared/log/logger.ts';
import { type Clock, type Dialog, type IncomingCall, type IncomingRequest } from '../../shared/sip/index.ts';
import { isFragment } from '../call/candidates.ts';
import { refuseCall } from '../call/refuse-call.ts';
import { RefusedError } from '../call/refused.ts';
import { answerRenewal } from '../call/renewal.ts';
import type { Diagnosis } from '../diagnosis/diagnose.ts';
import type { PublishedStream } from './published-stream.ts';
import type { Publisher } from './publisher.ts';

/** Who sends nothing for so long after his answer is no use to anybody. */
const NO_MEDIA_MS = 15_000;

/** What viewers are told when he ends it. */
const STOPPED = 'the publisher has stopped';

export interface PublisherCallOptions {
  readonly call: IncomingCall;
  /** Under which it is to be watched. */
  readonly name: string;
  /** @throws SdpError, NotAcceptableError */
  readonly connect: (offer: string) => Promise<Publisher>;
  readonly open: (publisher: Publisher, onNameLost: () => void) => Promise<PublishedStream>;
  /** Hears of each whose media never came up. */
  readonly onFailed: (callId: string, diagnosis: Diagnosis) => void;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Why a call ends: the Reason (RFC 3326) of its BYE, and what viewers are told. */
interface End {
  readonly header: string;
  readonly why: string;
}

const end = (cause: number, why: string): End => ({ header: `SIP;cause=${cause};text="${why.replaceAll(/["\\]/g, "'")}"`, why });

export class PublisherCall {
  readonly #options: PublisherCallOptions;
  readonly #log: Logger;
  #publisher: Publisher | undefined;
  #stream: PublishedStream | undefined;
  #dialog: Dialog | undefined;
  #over: End | undefined;

  constructor(options: PublisherCallOptions) {
    this.#options = options;
    this.#log = options.log.child({ callId: options.call.callId, published: options.name });
  }

  /** What is published, as viewers find it; undefined before it is there. */
  get stream(): PublishedStream | undefined {
    return this.#stream;
  }

  /** Answers the call and sees it through; resolves when it is over, viewers are gone and the name is free. */
  async run(): Promise<void> {
    const { call, connect, open } = this.#options;
    call.onCancelled(() => (this.#over ??= end(487, 'given up')));
    try {
      const publisher = (this.#publisher = await connect(call.request.body.toString('utf8')));
      const stream = (this.#stream = await open(publisher, () => this.end(403, 'the name has become somebody else’s')));
      if (!this.#isOver()) await stream.register();
      if (this.#isOver()) throw new RefusedError(503, 'this process stops', { 'Retry-After': '10' });
      const dialog = (this.#dialog = await call.accept(202, publisher.answer));
      publisher.delivered();
      if (this.#isOver()) await dialog.bye(this.#over?.header);
      else await this.#attend(dialog, publisher);
    } catch (error) {
      refuseCall(call, error, this.#log);
    }
    this.#publisher?.close();
    await this.#stream?.close(this.#over?.why ?? STOPPED);
  }

  /** It is to end: BYE, or none at all before the call is answered. */
  end(cause: number, why: string): void {
    this.#endWith(end(cause, why));
  }

  #endWith(over: End): void {
    this.#over ??= over;
    void this.#dialog?.bye(this.#over.header);
  }

  #lose(why: string, diagnosis: Diagnosis | undefined): void {
    if (diagnosis) this.#options.onFailed(this.#options.call.callId, diagnosis);
    this.#endWith(diagnosis ? { header: formatFailureReason(diagnosis), why } : end(408, why));
  }

  /** Resolves when the dialog has ended. */
  async #attend(dialog: Dialog, publisher: Publisher): Promise<void> {
    const { clock } = this.#options;
    const ended = new Promise<string>((resolve) => dialog.onEnded(resolve));
    dialog.onRequest('INFO', (incoming) => this.#takeCandidates(incoming, publisher));
    dialog.onRequest('INVITE', (incoming) => answerRenewal(incoming, publisher));
    const cancel = clock.setTimeout(() => this.end(408, 'no media came'), NO_MEDIA_MS);
    publisher.onMedia(() => {
      cancel();
      this.#log.info({ tracks: publisher.source.tracks.map(({ codec }) => codec.name) }, 'what is published comes in');
    });
    publisher.onClosed((reason, diagnosis) => this.#lose(reason, diagnosis));
    const reason = await ended;
    cancel();
    this.#log.info({ reason: this.#over?.why ?? reason }, 'a publisher is gone');
  }

  #takeCandidates(incoming: IncomingRequest, publisher: Publisher): void {
    if (!isFragment(incoming)) return;
    publisher.addCandidates(incoming.request.body.toString('utf8'));
    incoming.reply(200);
  }

  /** It may have changed while something was waited for. */
  #isOver(): boolean {
    return this.#over !== undefined;
  }
}
