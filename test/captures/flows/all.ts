/** Every flow that is committed as a capture, in the order of the walkthrough. */
import { cancel } from './cancel.ts';
import type { Flow } from './flow.ts';
import { hangUp } from './hang-up.ts';
import { lostDatagrams } from './lost-datagrams-and-retransmission.ts';
import { registerAndWatch } from './register-and-watch.ts';
import { restartAnd403 } from './restart-and-403.ts';

export const FLOWS: readonly Flow[] = [registerAndWatch, restartAnd403, hangUp, cancel, lostDatagrams];
