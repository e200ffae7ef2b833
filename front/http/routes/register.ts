/** POST /register: reserves a name and proves it by a cookie from then on. Whoever has signed in gets the name of his account. */
import { z } from 'zod';
import type { Request, RequestHandler } from 'express';
import { fullName } from '../../accounts/accounts.ts';
import type { Accounts, SignedIn } from '../../accounts/accounts.ts';
import { secretOf } from '../../cluster/name-token.ts';
import { setCookieHeader } from '../../viewers/cookie.ts';
import type { NameProof } from '../../viewers/cookie.ts';
import { namesLike } from '../../viewers/names-like.ts';
import type { Viewer, ViewerAccount } from '../../viewers/viewer.ts';
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

export function registerRoute({ viewers, signer, sharedNames }: ApiContext, { accounts, guests }: RegisterOptions): RequestHandler {
  /** At this front at once, so that two who ask here are never given the same; then among all fronts, where there are several. */
  const reserve = async (name: string, account: ViewerAccount | undefined, request: Request, proofs: readonly NameProof[]) => {
    const known = viewers.find(name);
    const viewer = viewers.register(name, addressKey(request.ip ?? ''), proofs);
    if (viewer === undefined) return undefined;
    const isWritten = viewer === known && viewer.account?.id === account?.id && viewer.account?.operator === account?.operator;
    viewer.account = account;
    if (sharedNames === undefined || isWritten) return viewer;
    if (await sharedNames.claim({ name, secret: secretOf(viewer.token), account })) return viewer;
    viewers.evict(viewer);
    return undefined;
  };
  const asGuest = (request: Request, proofs: readonly NameProof[]) => {
    if (!guests) throw signInRequired();
    return reserve(readBody(request, guestSchema).name, undefined, request, proofs);
  };
  const asAccount = async (request: Request, proofs: readonly NameProof[], { account, operator }: SignedIn) => {
    readBody(request, accountSchema);
    const attempt = (name: string) => reserve(name, { id: account.id, operator }, request, proofs);
    // The name that this browser has already, before one that was taken by another and is free now.
    const own = [...namesLike(fullName(account))].find((name) => viewers.provenBy(proofs, name));
    return (own === undefined ? undefined : await attempt(own)) ?? firstOf(namesLike(fullName(account)), attempt);
  };
  return async (request, response) => {
    const proofs = signer.read(request.headers.cookie);
    const asker = await askerOf(request, accounts);
    const viewer = await (asker === undefined ? asGuest(request, proofs) : asAccount(request, proofs, asker));
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

async function firstOf(names: Iterable<string>, attempt: (name: string) => Promise<Viewer | undefined>): Promise<Viewer | undefined> {
  for (const name of names) {
    const viewer = await attempt(name);
    if (viewer !== undefined) return viewer;
  }
  return undefined;
}
