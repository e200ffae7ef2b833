import { offerOf } from '../../support/sdp-fixtures.ts';
import { STREAMER } from '../stage.ts';
import type { Flow } from './flow.ts';

export const registerAndWatch: Flow = {
  name: 'register-and-watch',
  title: 'A streamer appears, a viewer watches it',
  introduction:
    'The streamer registers; front subscribes to the directory and asks for the list; then a viewer named ada chooses `sample`, and her ' +
    "browser's offer travels inside the INVITE. The answer comes back in a 202 Accepted, and the ACK closes the three-way handshake. " +
    'Follow one call by its Call-ID: the INVITE appears twice, once on each side of the daemon, with one more Via the second time.',
  async play(stage) {
    await stage.signaling();
    await stage.streamer();
    const front = await stage.front();
    await stage.seen('sip.CSeq.method == "SUBSCRIBE" && sip.Status-Code == 200');
    const viewer = await stage.viewer(front).register();
    await viewer.post('/options');
    await viewer.post('/streamer', { streamer: STREAMER });
    await viewer.post('/offer', { type: 'offer', sdp: offerOf('chromium') });
    await stage.seen('sip.Method == "ACK"', 2);
    await stage.seen('sip.CSeq.method == "NOTIFY" && sip.Status-Code == 200', 2);
  },
};
