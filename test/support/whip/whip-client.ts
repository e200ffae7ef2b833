/** A player or an encoder's HTTP side: what WHEP and WHIP say, by fetch. */

export interface WhipAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** The offer is posted as it is. */
export async function postOffer(url: string, sdp: string, headers: Record<string, string> = {}, init: RequestInit = {}): Promise<WhipAnswer> {
  return answerOf(await fetch(url, { method: 'POST', body: sdp, ...init, headers: { 'content-type': 'application/sdp', ...headers } }));
}

/** One session that was begun. */
export class WhipSession {
  readonly url: string;
  readonly answer: string;
  etag: string;

  constructor(endpoint: string, { status, headers, body }: WhipAnswer) {
    if (status !== 201) throw new Error(`${endpoint} answered ${status}: ${body}`);
    this.url = new URL(headers.get('location') ?? '', endpoint).href;
    this.etag = headers.get('etag') ?? '';
    this.answer = body;
  }

  static async begin(endpoint: string, sdp: string, headers: Record<string, string> = {}): Promise<WhipSession> {
    return new WhipSession(endpoint, await postOffer(endpoint, sdp, headers));
  }

  /** An entity-tag that comes back is kept. */
  async patch(fragment: string, ifMatch: string | undefined = this.etag): Promise<WhipAnswer> {
    const headers = { 'content-type': 'application/trickle-ice-sdpfrag', ...(ifMatch === '' ? {} : { 'if-match': ifMatch }) };
    const answer = answerOf(await fetch(this.url, { method: 'PATCH', body: fragment, headers }));
    const { headers: told } = await answer;
    this.etag = told.get('etag') ?? this.etag;
    return answer;
  }

  async end(): Promise<number> {
    return (await fetch(this.url, { method: 'DELETE' })).status;
  }

  async status(): Promise<number> {
    return (await fetch(this.url)).status;
  }
}

/** Stable id of a refusal. */
export function errorOf({ status, body }: WhipAnswer): [number, unknown] {
  return [status, (JSON.parse(body) as { error?: unknown }).error];
}

async function answerOf(response: Response): Promise<WhipAnswer> {
  return { status: response.status, headers: response.headers, body: await response.text() };
}
