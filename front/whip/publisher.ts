/** Publishes in SIP: INVITE to `publish`, which the daemon hands to the ingest that has the least to do. */
import type { Logger } from '../../shared/log/logger.ts';
import { CallRejectedError } from '../../shared/sip/index.ts';
import { ApiError } from '../api-error.ts';
import { signalingSilent } from '../failures.ts';
import { CallAttempts } from '../sip/call-attempts.ts';
import type { AnsweredCall, CallAttemptsOptions } from '../sip/call-attempts.ts';
import type { CallProgress } from '../sip/call-failure.ts';
import { prepareAnswer } from '../sip/descriptions.ts';
import { preparePublication } from './publication.ts';

/** Whoever is called by this name hosts what others publish. */
const INGEST = 'publish';

/** When to ask again for a name that another has, and for an ingest where there is none, seconds. */
const NAME_RETRY_SECONDS = 10;
const INGEST_RETRY_SECONDS = 5;

export interface Publication {
  /** Name of whoever publishes. */
  readonly publisher: string;
  /** Under which others are to watch it. */
  readonly name: string;
  readonly title: string | undefined;
  /** The encoder's, untrimmed. */
  readonly offer: string;
  readonly signal: AbortSignal;
}

export class Publisher {
  readonly #attempts: CallAttempts;
  readonly #log: Logger;

  constructor(options: CallAttemptsOptions) {
    this.#attempts = new CallAttempts(options);
    this.#log = options.log;
  }

  /** @throws ApiError with the status that the encoder is to see */
  async publish({ publisher, name, title, offer: sdp, signal }: Publication): Promise<AnsweredCall> {
    const offer = preparePublication(sdp);
    const progress: CallProgress = { heardFromSignaling: false };
    const wish = { from: publisher, to: INGEST, sdp: offer.sdp, headers: { 'Sipcast-Publish': formatPublication(name, title) }, signal };
    const { dialog, response } = await this.#attempts.call(wish, progress).catch((error: unknown) => {
      signal.throwIfAborted();
      throw publishFailure(error, name, progress);
    });
    try {
      return { dialog, offer: offer.sdp, answer: prepareAnswer(response.bodyText(), offer, { name }) };
    } catch (error) {
      this.#log.warn({ callId: dialog.callId, name, err: error }, 'hanging up: the answer of the ingest cannot be used');
      void dialog.bye();
      throw error;
    }
  }
}

/** Value of the header Sipcast-Publish: quoted, and percent-encoded within the quotes. */
function formatPublication(name: string, title: string | undefined): string {
  return [`name="${encodeURIComponent(name)}"`, ...(title === undefined ? [] : [`title="${encodeURIComponent(title)}"`])].join(';');
}

function publishFailure(error: unknown, name: string, { heardFromSignaling }: CallProgress): ApiError {
  if (error instanceof ApiError) return error;
  if (!(error instanceof CallRejectedError)) return heardFromSignaling ? noIngest(error) : signalingSilent(error);
  const said = `${error.status} ${error.reason}`;
  switch (error.status) {
    case 400:
    case 416:
    case 484:
      return new ApiError(400, 'bad-offer', `The ingest cannot understand the offer (${said}).`, { cause: error });
    case 401:
    case 407:
      return new ApiError(502, 'signaling-refused', `The signaling daemon refuses this server (${said}): its secret may be another.`, { cause: error });
    case 403:
      return new ApiError(409, 'name-taken', `Somebody streams as "${name}" already.`, { cause: error, headers: { 'Retry-After': String(NAME_RETRY_SECONDS) } });
    case 413:
    case 513:
      return new ApiError(413, 'too-large', `The offer is too large (${said}).`, { cause: error });
    case 415:
    case 488:
    case 606:
      return new ApiError(406, 'no-common-codec', 'The ingest takes nothing of what is offered.', { cause: error });
    case 404:
    case 408:
    case 410:
    case 480:
    case 486:
    case 503:
    case 600:
    case 604:
      return noIngest(error);
    default:
      return new ApiError(502, 'signaling-error', `"${name}" could not be published (${said}).`, { cause: error });
  }
}

function noIngest(cause: unknown): ApiError {
  return new ApiError(503, 'no-ingest', 'There is nobody now who takes what others publish: start "streamer --publish", or try again later.', {
    cause,
    headers: { 'Retry-After': String(INGEST_RETRY_SECONDS) },
  });
}
