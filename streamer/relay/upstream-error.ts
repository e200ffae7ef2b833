/** Why a stream cannot be had now, and whether asking again is of any use. */
import { CallRejectedError, TransactionTimeoutError } from '../../shared/sip/index.ts';
import { NotAcceptableError } from '../call/viewer-connection.ts';

/** Refusals that nothing but another command line, or another origin, can change: a circle, a tree that is too deep, and what cannot be relayed. */
const LASTING = new Set([482, 483, 488]);
/** `399 sipcast "why"` */
const WARNING_TEXT = /"([^"]*)"/;

export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';
  /** Whether to ask again would be of no use. */
  readonly isLasting: boolean;

  constructor(message: string, isLasting = false, options?: ErrorOptions) {
    super(message, options);
    this.isLasting = isLasting;
  }
}

/** @param name whom we called */
export function upstreamError(name: string, cause: unknown): UpstreamError {
  if (cause instanceof UpstreamError) return cause;
  if (cause instanceof CallRejectedError) {
    const { status, reason, response } = cause;
    const said = WARNING_TEXT.exec(response.headers.get('Warning') ?? '')?.[1];
    // Without a sentence it is none of ours: a proxy that has had the call twice says 482 as well (RFC 3261 §8.2.2.2).
    return new UpstreamError(sentenceOf(name, status, said ?? reason), LASTING.has(status) && said !== undefined, { cause });
  }
  if (cause instanceof TransactionTimeoutError) return new UpstreamError(`nobody answers for ${name}`, false, { cause });
  if (cause instanceof NotAcceptableError) return new UpstreamError(`${name} cannot be relayed: ${cause.message}`, true, { cause });
  return new UpstreamError(`${name} cannot be had: ${cause instanceof Error ? cause.message : String(cause)}`, false, { cause });
}

function sentenceOf(name: string, status: number, said: string): string {
  switch (status) {
    case 401:
    case 407:
      return `signaling wants a --secret, or another one, of who would watch ${name}`;
    case 404:
    case 480:
      return `${name} is not there`;
    case 482:
      return `relaying ${name} would go round in a circle: ${said}`;
    case 486:
      return `${name} has as many viewers as it takes`;
    default:
      return `${name} refuses: ${said} (${status})`;
  }
}
