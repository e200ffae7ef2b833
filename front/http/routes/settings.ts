/** GET /settings: what a page must know of this server before it shows anything. */
import type { RequestHandler } from 'express';
import type { IceServer } from '../../ice-servers.ts';
import type { ApiContext } from './context.ts';

export interface ServerSettings {
  /** Whether one may be here without an account. */
  readonly guests: boolean;
  /** For those who are registered only: TURN servers carry credentials. */
  readonly iceServers: readonly IceServer[];
}

export function settingsRoute({ viewers, signer }: ApiContext, { guests, iceServers }: ServerSettings): RequestHandler {
  return (request, response) => {
    const isRegistered = viewers.provenBy(signer.read(request.headers.cookie)) !== undefined;
    response.json({ iceServers: isRegistered ? iceServers : [], guests, accounts: true });
  };
}
