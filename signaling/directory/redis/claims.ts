/** Who holds a name, as the engine tells holders apart: a claim `<base>.<generation>`, see write-script.ts. */

import { randomBytes } from 'node:crypto';
import { ABSENT, CLAIM_START } from './write-script.ts';
import type { Guard } from './write-script.ts';

const BYTES = 8;
const RADIX = 36;

/** Of this process alone, and counted on for each claim: every refresh brings one, and random bytes cost more than all else about it. */
const OWN = randomBytes(BYTES).toString('base64url');
let count = 0;

function unique(): string {
  return OWN + (count++).toString(RADIX);
}

function baseOf(claim: string): string {
  return claim.split('.', 1)[0] ?? '';
}

/** For a change by who holds the name already: goes through where he still does, or nobody. @param claim the one that is known; '' for none */
export function sameHolder(claim: string): Guard {
  if (claim === '') return nextHolder(claim);
  const known = `${CLAIM_START}${baseOf(claim)}.`;
  return { known, own: known, claim: '', fresh: `${baseOf(claim)}.${unique()}` };
}

/** For one that adds a binding: whoever does not know of it must not think that the holder's time is over. @param claim the one that is known, not '' */
export function furtherBinding(claim: string): Guard {
  const guard = sameHolder(claim);
  return { ...guard, claim: guard.fresh };
}

/** For a change that gives the name to somebody: goes through only where nobody was given it meanwhile, nor renewed. */
export function nextHolder(claim: string): Guard {
  const base = unique();
  const next = `${base}.${unique()}`;
  return { known: claim === '' ? ABSENT : `${CLAIM_START}${claim}"`, own: `${CLAIM_START}${base}.`, claim: next, fresh: next };
}
