/** The header `Sipcast-Publish` of an INVITE: under which name what is published is to be watched, and what it is called. */
import { parseParameters } from '../../shared/sip/message/parameters.ts';
import { SipSyntaxError, type SipRequest } from '../../shared/sip/index.ts';

export const PUBLISH_HEADER = 'Sipcast-Publish';

/** Characters, as people count them; what the registrar bears, and what a streamer may say of itself. */
const MAX_NAME = 64;
const MAX_TITLE = 80;

export interface PublishTerms {
  readonly name: string;
  /** The name unless given. */
  readonly title: string;
}

/** `name="Ana%20live";title="Tea%20at%20five"`: quoted and percent-encoded (UTF-8). @throws SipSyntaxError (400) for what is no such header */
export function readPublishTerms({ headers }: SipRequest): PublishTerms {
  const text = headers.get(PUBLISH_HEADER);
  if (text === undefined || text === '') throw malformed(`an INVITE to publish has ${PUBLISH_HEADER}`);
  const parameters = parseParameters(`;${text}`, 0, PUBLISH_HEADER);
  const name = decoded(parameters.get('name'), MAX_NAME);
  if (name === undefined || name.trim() === '') throw malformed(`${PUBLISH_HEADER} has a name that nobody could read`);
  const title = decoded(parameters.get('title') ?? '', MAX_TITLE);
  if (title === undefined) throw malformed(`${PUBLISH_HEADER} has a title that nobody could read`);
  return { name, title: title.trim() === '' ? name : title };
}

/** Undefined for what is no text, or too long. */
function decoded(value: string | true | undefined, maxCharacters: number): string | undefined {
  if (typeof value !== 'string') return undefined;
  try {
    const text = decodeURIComponent(value);
    return /\p{Cc}/u.test(text) || Array.from(text).length > maxCharacters ? undefined : text;
  } catch {
    return undefined;
  }
}

function malformed(what: string): SipSyntaxError {
  return new SipSyntaxError(what, { header: PUBLISH_HEADER });
}
