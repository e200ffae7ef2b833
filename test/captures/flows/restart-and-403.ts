import type { Flow } from './flow.ts';

/** Long enough for the 403 to be repeated a few times at T1, 2·T1, … */
const DEAF_MS = 2200;

export const restartAnd403: Flow = {
  name: 'restart-and-403',
  title: 'The daemon restarts and every streamer registers again',
  introduction:
    'Two lives of the daemon in one file (pcapng allows several sections). In the first, streamer and front find it. Then it is killed ' +
    'with `kill -9`. The second life reads its directory, tells the streamer **403 Forbidden** with the Via, From, To, Call-ID and CSeq ' +
    "of the old registration, and ends front's old subscription. The streamer was stopped for two seconds, so that one sees the 403 " +
    'repeated at T1, 2·T1, … until the new REGISTER comes.',
  async play(stage) {
    const first = await stage.signaling();
    const streamer = await stage.streamer();
    await stage.front();
    await stage.seen('sip.CSeq.method == "NOTIFY" && sip.Status-Code == 200');
    await first.child.end('SIGKILL');
    streamer.child.signal('SIGSTOP');
    await stage.signaling();
    await new Promise((resolve) => setTimeout(resolve, DEAF_MS));
    streamer.child.signal('SIGCONT');
    await stage.seen('sip.CSeq.method == "REGISTER" && sip.Status-Code == 200');
    await stage.seen('sip.CSeq.method == "NOTIFY" && sip.Status-Code == 200', 2);
  },
};
