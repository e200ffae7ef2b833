/** Each failure in clear words: what happened, and what to do about it. */
import type { Failure, FailureId } from '../connection/failure.ts';
import { isolate } from './isolate.ts';

export interface FailureText {
  readonly title: string;
  readonly advice: string;
}

type Words = (streamer: string) => FailureText;

const TEXTS: Readonly<Record<FailureId, Words>> = {
  'not-registered': () => ({ title: 'Signing you in again', advice: 'The service was restarted and no longer knew your name.' }),
  'unknown-streamer': (streamer) => ({ title: `“${streamer}” is not live`, advice: 'It starts here by itself as soon as it is. Check the name if you typed the address.' }),
  'streamer-absent': (streamer) => ({ title: `“${streamer}” has gone off air`, advice: 'Stay on this page: it goes on by itself when the streamer is back.' }),
  'stream-ended': (streamer) => ({ title: `“${streamer}” ended the stream`, advice: 'We look whether it starts again.' }),
  'no-streamer-chosen': () => ({ title: 'Choosing the streamer again', advice: 'The service had forgotten what you watch.' }),
  'no-common-codec': (streamer) => ({
    title: 'Your browser cannot play this stream',
    advice: `“${streamer}” sends a format that your browser does not decode. Try another browser; its operator reaches all of them with VP8 and Opus.`,
  }),
  'streamer-full': (streamer) => ({ title: `“${streamer}” is full`, advice: 'As many people watch as it allows. We try again, and you are in as soon as a place is free.' }),
  'streamer-silent': (streamer) => ({ title: `“${streamer}” does not answer`, advice: 'It is still listed, but may have just stopped. We keep trying.' }),
  'signaling-silent': () => ({ title: 'Signaling does not answer', advice: 'The streamer cannot be reached without it. We keep trying.' }),
  'streamer-error': (streamer) => ({ title: `“${streamer}” has a problem`, advice: 'It could not answer. We try again; its operator finds the reason in its log.' }),
  'signaling-refused': () => ({ title: 'Signaling refuses this service', advice: 'The two do not share the same secret, or the address is not allowed. Only the operator can change that.' }),
  'signaling-error': () => ({ title: 'Signaling has a problem', advice: 'It answered with an error. We try again.' }),
  'too-many-names': () => ({ title: 'No room for further viewers', advice: 'The service has reached its limit. Close pages that you no longer use, or try again in a minute.' }),
  'bad-name': () => ({ title: 'The service refuses this name', advice: 'Use another one: letters, digits, spaces and signs.' }),
  stopping: () => ({ title: 'The service is restarting', advice: 'We go on as soon as it is back.' }),
  'too-many-requests': () => ({ title: 'Too many attempts', advice: 'The service asks for a short pause. We try again after it.' }),
  'no-webrtc': () => ({
    title: 'Your browser cannot receive live video',
    advice: 'WebRTC is missing or switched off. Update the browser, or allow WebRTC in its settings and extensions.',
  }),
  'service-away': () => ({ title: 'The service is away', advice: 'It does not answer at the moment. We keep trying, and go on as soon as it does.' }),
  offline: () => ({ title: 'This device is offline', advice: 'Check the network. We go on as soon as it is back.' }),
  'connection-blocked': () => ({
    title: 'No path to the streamer',
    advice:
      'The streamer answered, but no media gets through: a firewall may block UDP, or it offers an address that you cannot reach. On the machine that runs the services, open the page at its network address; operators can check --media-host.',
  }),
  'connection-lost': () => ({ title: 'The connection was lost', advice: 'We are connecting again.' }),
  'no-picture': () => ({ title: 'Connected, but no picture comes', advice: 'The streamer sends nothing at the moment. We connect again.' }),
  'bad-answer': () => ({ title: 'The streamer’s answer makes no sense', advice: 'Its version may not fit this page. Reload the page; if that does not help, tell the operator.' }),
  'other-tab': () => ({ title: 'You are watching in another tab', advice: 'A name watches in one tab at a time.' }),
  unexpected: () => ({ title: 'Something went wrong', advice: 'We try again. If it stays, reload the page.' }),
};

/** @param streamer the title of what was to be watched */
export function failureText(failure: Failure, streamer: string): FailureText {
  const text = TEXTS[failure.id](isolate(streamer));
  return failure.id === 'unexpected' && failure.detail ? { ...text, advice: `${isolate(failure.detail.replace(/\.?$/, '.'))} ${text.advice}` } : text;
}

/** The same in one line, for the sign-in form. */
export function failureLine(failure: Failure): string {
  const { title, advice } = failureText(failure, '');
  return `${title}. ${advice}`;
}
