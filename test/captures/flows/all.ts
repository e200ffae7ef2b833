/** Every flow that is committed as a capture, in the order of the walkthrough. */
import { callAccepted } from './call-accepted.ts';
import { callDeclined } from './call-declined.ts';
import { callExpired } from './call-expired.ts';
import { cancel } from './cancel.ts';
import { challenge } from './challenge.ts';
import { chat } from './chat.ts';
import type { Flow } from './flow.ts';
import { hangUp } from './hang-up.ts';
import { lostDatagrams } from './lost-datagrams-and-retransmission.ts';
import { lostOneByOne } from './lost-one-by-one.ts';
import { registerAndWatch } from './register-and-watch.ts';
import { restartAnd403 } from './restart-and-403.ts';
import { roomJoinAndLeave } from './room-join-and-leave.ts';

export const FLOWS: readonly Flow[] = [
  registerAndWatch, restartAnd403, hangUp, cancel, lostOneByOne, lostDatagrams, challenge, callAccepted, callDeclined, callExpired, roomJoinAndLeave, chat,
];
