/** Every request that a page may make, by its type. */
import { accept } from './accept.ts';
import { adhoc } from './adhoc.ts';
import { answer } from './answer.ts';
import { call } from './call.ts';
import { candidates } from './candidates.ts';
import { decline } from './decline.ts';
import { hangUp } from './hang-up.ts';
import { invite } from './invite.ts';
import { join } from './join.ts';
import { leave } from './leave.ts';
import { lose } from './lose.ts';
import { media } from './media.ts';
import type { PageRequest } from './request.ts';
import { resume } from './resume.ts';
import { say } from './say.ts';
import { sizes } from './sizes.ts';
import { trace } from './trace.ts';

const all = [accept, adhoc, answer, call, candidates, decline, hangUp, invite, join, leave, lose, media, resume, say, sizes, trace];

export const REQUESTS: ReadonlyMap<string, PageRequest> = new Map(all.map((request) => [request.type, request]));
