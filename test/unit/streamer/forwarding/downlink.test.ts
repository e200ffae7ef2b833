import { describe, expect, it } from 'vitest';
import type { OutgoingPacket } from '../../../../streamer/fanout/transport.ts';
import { Downlink } from '../../../../streamer/forwarding/downlink.ts';
import { Encoding } from '../../../../streamer/forwarding/encoding.ts';
import { Publication } from '../../../../streamer/forwarding/publication.ts';
import { compactNtp, ntpFromUnix } from '../../../../streamer/rtp/ntp.ts';
import { readRtcp, type Feedback } from '../../../../streamer/rtp/rtcp-reader.ts';
import type { SentForm, SentTrack } from '../../../../streamer/webrtc/member-session.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';
import { ScriptedEncoding } from '../../../support/streamer/published.ts';

const FORM: SentForm = { payloadType: 96, rtxPayloadType: 97, transportSequenceExtension: 3 };
const TICK_MS = 50;

/** A member who gets the cameras of some others, each in two sizes. */
function setUp(members: readonly string[]) {
  const clock = new VirtualClock();
  clock.tick(1_000);
  const sent: OutgoingPacket[] = [];
  const said: Feedback[] = [];
  const downlink = new Downlink({ clock, random: () => 0.25, sendRtp: (packet) => sent.push({ ...packet }), sendRtcp: (compound) => said.push(...readRtcp(compound)) });
  const forms = new Map<SentTrack, SentForm>();
  const others = members.map((member, index) => {
    const camera = new Publication(member, 'camera');
    const sound = new Publication(member, 'audio');
    camera.show(true);
    sound.show(true);
    const track: SentTrack = { stream: member, name: `${member}-camera`, kind: 'video', ssrc: 100 * (index + 1), rtxSsrc: 100 * (index + 1) + 1 };
    const voice: SentTrack = { stream: member, name: `${member}-audio`, kind: 'audio', ssrc: 100 * (index + 1) + 2, rtxSsrc: 100 * (index + 1) + 3 };
    downlink.subscribe(camera, track);
    downlink.subscribe(sound, voice);
    forms.set(track, FORM);
    forms.set(voice, { ...FORM, rtxPayloadType: undefined });
    const sizes = [180, 720].map((height, place) => {
      const scripted = new ScriptedEncoding(10 * index + place, height, { sequence: 1, timestamp: 1, pictureId: 1 });
      scripted.filling = height * 4;
      camera.put(place, scripted.encoding);
      return scripted;
    });
    const spoken = new Encoding({ ssrc: 10 * index + 9, kind: 'audio', clockRate: 48_000, askForKeyframe: () => undefined, now: clock.now() });
    sound.put(0, spoken);
    return { member, camera, sound, track, voice, sizes, spoken, number: 0, told: [0, 0] };
  });
  /** Lets pictures of all be made, 30 in a second; each begins with a keyframe where one was asked for. */
  const pass = (ms: number): void => {
    for (let passed = 0; passed < ms; passed += TICK_MS) {
      for (const other of others) {
        other.number++;
        other.sizes.forEach((scripted, place) => {
          const asked = scripted.asked.length > (other.told[place] ?? 0) || other.number === 1;
          other.told[place] = scripted.asked.length;
          const packet = scripted.picture(other.number, clock.now(), asked);
          if (packet) other.camera.publish(scripted.encoding, packet, clock.now());
        });
        const voice = other.spoken.receive({ timestamp: other.number * 2_400, marker: false }, other.number & 0xffff, Buffer.from('voice'), clock.now(), false);
        if (voice) other.sound.publish(other.spoken, voice, clock.now());
      }
      clock.tick(TICK_MS);
      downlink.tick(clock.now());
    }
  };
  const start = (): void => {
    downlink.accept(forms);
    downlink.start();
  };
  const heights = () => [...downlink.subscriptions].filter(({ publication }) => publication.kind === 'camera').map(({ current }) => current?.height ?? 0);
  /** Heights of what goes out to him, in the order of `members`. */
  return { clock, downlink, others, sent, said, pass, start, heights, forms };
}

describe('all that one member is sent', () => {
  it('begins when he has agreed and is connected', () => {
    const { downlink, forms, pass, sent } = setUp(['ana']);
    pass(500);
    downlink.accept(forms);
    pass(500);
    expect(sent).toHaveLength(0);
    downlink.start();
    pass(500);
    expect(new Set(sent.map(({ ssrc }) => ssrc))).toEqual(new Set([100, 102]));
    downlink.accept(new Map());
    sent.length = 0;
    pass(500);
    expect(sent, 'he takes it no more').toHaveLength(0);
  });

  it('is in the sizes at which he shows it', () => {
    const { downlink, heights, pass, start } = setUp(['ana', 'bo', 'cy']);
    start();
    pass(1_000);
    expect(heights()).toEqual([720, 720, 720]);
    downlink.sizes(new Map([['ana', 180], ['bo', 0]]));
    pass(1_000);
    expect(heights()).toEqual([180, 0, 720]);
    downlink.sizes(new Map([['ana', 720], ['bo', 90], ['cy', 90]]));
    pass(1_000);
    expect(heights()).toEqual([720, 180, 180]);
  });

  it('goes on in another size where a sender gives one up, and waits for a screen that does not move', () => {
    const { clock, downlink, heights, others, pass, start } = setUp(['ana']);
    start();
    pass(1_000);
    const [ana] = others;
    const large = ana!.sizes.pop();
    pass(1_500);
    expect(heights()).toEqual([180]);
    const asked = ana!.sizes[0]!.asked.length;
    for (let passed = 0; passed < 5_000; passed += 50) {
      clock.tick(50);
      downlink.tick(clock.now());
    }
    expect(heights()).toEqual([180]);
    expect(ana!.sizes[0]!.asked.length, 'nothing is asked for').toBe(asked);
    ana!.sizes.push(large!);
    pass(1_000);
    expect(heights()).toEqual([720]);
  });

  it('is less where his way is narrow: pictures go before sound does, and come back when it is wide again', () => {
    const { clock, downlink, heights, pass, sent, start } = setUp(['ana', 'bo']);
    start();
    pass(1_000);
    for (let report = 0; report < 30; report++) {
      downlink.heed({ type: 'reports', reports: [{ ssrc: 100, fractionLost: 0.5, packetsLost: 1, highestSequence: 1, jitter: 0, lastSenderReport: 0, delaySinceLastSenderReport: 0 }] }, clock.now());
      pass(500);
      if (heights().includes(0)) break;
    }
    expect(heights()).toContain(0);
    sent.length = 0;
    pass(200);
    expect(sent.filter(({ ssrc }) => ssrc === 102)).not.toHaveLength(0);
    expect(sent.filter(({ ssrc }) => ssrc === 202)).not.toHaveLength(0);
    pass(60_000);
    expect(heights()).toEqual([720, 720]);
  });

  it('is sent again where it is missed, not more than his way may take', () => {
    const { clock, downlink, pass, sent, start } = setUp(['ana']);
    start();
    pass(2_000);
    const missed = sent.filter(({ ssrc }) => ssrc === 100).slice(-3);
    sent.length = 0;
    downlink.heed({ type: 'nack', ssrc: 100, sequenceNumbers: missed.map(({ sequence }) => sequence & 0xffff) }, clock.now());
    expect(sent.map(({ ssrc, originalSequence, payload }) => ({ ssrc, originalSequence, payload }))).toEqual(missed.map(({ sequence, payload }) => ({ ssrc: 101, originalSequence: sequence & 0xffff, payload })));
    downlink.heed({ type: 'nack', ssrc: 999, sequenceNumbers: [1] }, clock.now());
    expect(sent).toHaveLength(3);
  });

  it('hands a request for a keyframe on to who makes the picture', () => {
    const { clock, downlink, others, pass, start } = setUp(['ana']);
    start();
    pass(2_000);
    const asked = others[0]!.sizes[1]!.asked.length;
    downlink.heed({ type: 'keyframe-request', ssrc: 100 }, clock.now());
    downlink.heed({ type: 'keyframe-request', ssrc: 100 }, clock.now());
    expect(others[0]!.sizes[1]!.asked.length).toBe(asked + 1);
  });

  it('says which sound belongs to which picture, by the clock of who made them', () => {
    const { clock, others, pass, said, start } = setUp(['ana']);
    start();
    pass(1_000);
    const ana = others[0]!;
    ana.sizes[1]!.senderReport(ana.number, 500_000, clock.now());
    ana.spoken.noteSenderReport(ntpFromUnix(500_000), ana.number * 2_400, clock.now());
    said.length = 0;
    pass(1_000);
    const reports = said.filter((each) => each.type === 'sender-report');
    expect(reports.map(({ ssrc }) => ssrc).sort()).toEqual([100, 102]);
    expect(new Set(reports.map(({ ntp }) => compactNtp(ntp))).size).toBe(1);
  });
});
