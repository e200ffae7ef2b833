import { offerOf } from '../../support/sdp-fixtures.ts';
import { STREAMER } from '../stage.ts';
import type { Flow } from './flow.ts';

export const hangUp: Flow = {
  name: 'hang-up',
  title: 'Either side ends the call',
  introduction:
    'Two viewers watch. The first leaves: front sends the BYE. Then the operator stops the streamer with Ctrl-C: this time the BYE comes ' +
    'from the other side, and the streamer takes itself out of the directory with a REGISTER that expires at once. Each BYE carries a ' +
    'Route header, copied from the Record-Route of its INVITE: that is why it still passes through the daemon.',
  async play(stage) {
    await stage.signaling();
    const streamer = await stage.streamer();
    const front = await stage.front();
    const ada = stage.viewer(front, 'ada');
    const bob = stage.viewer(front, 'bob');
    await ada.watch(STREAMER, offerOf('chromium'));
    await bob.watch(STREAMER, offerOf('firefox'));
    await stage.seen('sip.Method == "ACK"', 4);
    await ada.post('/leave');
    await stage.seen('sip.CSeq.method == "BYE" && sip.Status-Code == 200', 2);
    await streamer.child.end('SIGTERM');
    await stage.seen('sip.CSeq.method == "BYE" && sip.Status-Code == 200', 4);
    await stage.seen('sip.CSeq.method == "REGISTER" && sip.Status-Code == 200', 2);
  },
};
