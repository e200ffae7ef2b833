/** POST /register: reserves a name and proves it by a cookie from then on. Whoever has signed in gets the name of his account. */
import { z } from 'zod';
import type { Request, RequestHandler } from 'express';
import { fullName } from '../../accounts/accounts.ts';
import type { Accounts, SignedIn } from '../../accounts/accounts.ts';
import { setCookieHeader } from '../../viewers/cookie.ts';
import type { NameProof } from '../../viewers/cookie.ts';
import { namesLike } from '../../viewers/names-like.ts';
import type { Viewer } from '../../viewers/viewer.ts';
import { askerOf, signInRequired } from '../bearer.ts';
import { envelope, readBody } from '../body.ts';
import { addressKey } from '../rate-limit.ts';
import type { ApiContext } from './context.ts';

const content = z.object({}, 'must be an object');
export const guestSchema = envelope(content);
export const accountSchema = z.object({ content }, 'must be an object {"content"}');

export interface RegisterOptions {
  readonly accounts: Accounts;
  /** Whether one may be here without an account. */
  readonly guests: boolean;
}

export function registerRoute({ viewers, signer }: ApiContext, { accounts, guests }: RegisterOptions): RequestHandler {
  const asGuest = (request: Request, proofs: readonly NameProof[]) => {
    if (!guests) throw signInRequired();
    const viewer = viewers.register(readBody(request, guestSchema).name, addressKey(request.ip ?? ''), proofs);
    if (viewer !== undefined) viewer.account = undefined;
    return viewer;
  };
  const asAccount = (request: Request, proofs: readonly NameProof[], { account, operator }: SignedIn) => {
    readBody(request, accountSchema);
    const reserve = (name: string) => viewers.register(name, addressKey(request.ip ?? ''), proofs);
    // The name that this browser has already, before one that was taken by another and is free now.
    const viewer =
      firstOf(namesLike(fullName(account)), (name) => viewers.provenBy(proofs, name) && reserve(name)) ?? firstOf(namesLike(fullName(account)), reserve);
    if (viewer !== undefined) viewer.account = { id: account.id, operator };
    return viewer;
  };
  return async (request, response) => {
    const proofs = signer.read(request.headers.cookie);
    const asker = await askerOf(request, accounts);
    const viewer = asker === undefined ? asGuest(request, proofs) : asAccount(request, proofs, asker);
    if (viewer === undefined) {
      response.json({ request: 'denied' });
      return;
    }
    const others = proofs.filter((proof) => proof.name !== viewer.name);
    response
      .set('Set-Cookie', setCookieHeader(signer.sign([...others, viewer]), { secure: request.secure }))
      .json({ request: 'accepted', ...(asker === undefined ? {} : { name: viewer.name }) });
  };
}

function firstOf(names: Iterable<string>, attempt: (name: string) => Viewer | undefined): Viewer | undefined {
  for (const name of names) {
    const viewer = attempt(name);
    if (viewer !== undefined) return viewer;
  }
  return undefined;
}
