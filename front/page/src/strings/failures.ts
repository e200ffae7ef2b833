/** Each failure in clear words: what happened, and what to do about it. */
import { isConnectionFailureId } from '../../../../shared/diagnosis/connection-failure.ts';
import type { Failure, FailureId } from '../connection/failure.ts';
import { isolate } from './isolate.ts';

export interface FailureText {
  readonly title: string;
  readonly advice: string;
}

type Words = (subject: string) => FailureText;

const TEXTS: Readonly<Record<FailureId, Words>> = {
  'not-registered': () => ({ title: 'Signing you in again', advice: 'The service was restarted and no longer knew your name.' }),
  'unknown-streamer': (streamer) => ({ title: `“${streamer}” is not live`, advice: 'It starts here by itself as soon as it is. Check the name if you typed the address.' }),
  'streamer-absent': (streamer) => ({ title: `“${streamer}” has gone off air`, advice: 'Stay on this page: it goes on by itself when the streamer is back.' }),
  'stream-ended': (streamer) => ({ title: `“${streamer}” ended the stream`, advice: 'We look whether it starts again.' }),
  'ended-by-operator': (streamer) => ({ title: `An operator has ended “${streamer}” for you`, advice: 'It does not begin again by itself. Ask whoever runs this service why.' }),
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
  'store-unavailable': () => ({ title: 'Accounts and rooms are away at the moment', advice: 'Watching goes on without them. Try again in a moment.' }),
  stopping: () => ({ title: 'The service is restarting', advice: 'We go on as soon as it is back.' }),
  'too-many-requests': () => ({ title: 'Too many attempts', advice: 'The service asks for a short pause. We try again after it.' }),
  'email-taken': () => ({ title: 'There is an account with this e-mail address already', advice: 'Sign in with it, or use another address.' }),
  'malformed-request': () => ({ title: 'The service did not accept this', advice: 'Check what you entered, and try again.' }),
  'wrong-credentials': () => ({ title: 'E-mail address and password do not fit', advice: 'Check both, and try again.' }),
  'invalid-token': () => ({ title: 'You were signed out of your account', advice: 'Sign in again to go on.' }),
  'sign-in-required': () => ({ title: 'This needs an account', advice: 'Sign in with yours, or create one.' }),
  'too-busy': () => ({ title: 'The service is busy', advice: 'Many people sign in at this moment. Try again in a few seconds.' }),
  'operators-only': () => ({ title: 'Only operators may do this', advice: 'Sign in with the account of an operator.' }),
  'name-taken': () => ({ title: 'Somebody goes by this name already', advice: 'Choose another one: no streamer and no person may have it.' }),
  'no-ingest': () => ({ title: 'Nobody takes what is published', advice: 'The service runs no process for it, or all are full. Its operator starts one with “streamer --publish”.' }),
  'bad-offer': () => ({ title: 'The service does not understand your browser', advice: 'Update the browser, or try another one.' }),
  'unknown-room': () => ({ title: 'This room does not exist', advice: 'It may have been deleted, or the link is not complete. Ask whoever sent it.' }),
  'not-yours': () => ({ title: 'Only the owner may do this', advice: 'Ask whoever created the room.' }),
  'title-taken': () => ({ title: 'There is a room with this title already', advice: 'Choose another title.' }),
  'too-many-rooms': () => ({ title: 'You have as many rooms as an account may have', advice: 'Delete one that you no longer need.' }),
  'invite-only': () => ({ title: 'This room is by invitation only', advice: 'Ask its owner for the link, which lets you in.' }),
  'wrong-password': () => ({ title: 'That is not the room’s password', advice: 'Ask its owner, and try again.' }),
  'room-full': () => ({ title: 'The room is full', advice: 'As many people are inside as it allows. Try again when somebody has left.' }),
  'rooms-away': () => ({ title: 'Rooms are away at the moment', advice: 'The process that hosts them does not answer. Try again in a moment.' }),
  'not-inside': () => ({ title: 'You are not in this room any more', advice: 'Join it again to go on.' }),
  'already-here': (person) => ({ title: `“${person}” is here already`, advice: 'There is no need to invite them.' }),
  'unknown-person': (person) => ({ title: `“${person}” is not online`, advice: 'They have just left, or go by another name now.' }),
  'unknown-session': () => ({ title: 'Nobody watches by this session any more', advice: 'It has ended by itself.' }),
  'unknown-call': () => ({ title: 'This call is over', advice: 'It was ended, or answered elsewhere.' }),
  'in-a-call': () => ({ title: 'You are in a call already', advice: 'Hang up first, or leave the room.' }),
  'too-many-invitations': (person) => ({ title: `“${person}” is being called already`, advice: 'Wait until your other calls there have ended.' }),
  yourself: () => ({ title: 'That is you', advice: 'Choose somebody else to call.' }),
  'empty-text': () => ({ title: 'There is nothing to send', advice: 'Write something first.' }),
  'too-large': () => ({ title: 'That is too long', advice: 'Make it shorter, and send it again.' }),
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
  'no-common-address': () => ({ title: 'It cannot be reached from here', advice: 'We go on as soon as that has changed.' }),
  'no-udp': () => ({ title: 'No path for sound and picture', advice: 'We keep trying.' }),
  'no-answer-to-checks': () => ({ title: 'Only half a path for sound and picture', advice: 'We keep trying.' }),
  'dtls-failed': () => ({ title: 'No keys were agreed', advice: 'We try again.' }),
  'no-media': () => ({ title: 'Connected, but nothing comes', advice: 'We connect again.' }),
  'connection-lost': () => ({ title: 'The connection was lost', advice: 'We are connecting again.' }),
  'no-picture': () => ({ title: 'Connected, but no picture comes', advice: 'The streamer sends nothing at the moment. We connect again.' }),
  'bad-answer': () => ({ title: 'The streamer’s answer makes no sense', advice: 'Its version may not fit this page. Reload the page; if that does not help, tell the operator.' }),
  'other-tab': () => ({ title: 'You are watching in another tab', advice: 'A name watches in one tab at a time.' }),
  unexpected: () => ({ title: 'Something went wrong', advice: 'We try again. If it stays, reload the page.' }),
};

/** @param subject the title of what was to be watched, or the name of who was to be called */
export function failureText(failure: Failure, subject: string): FailureText {
  const text = TEXTS[failure.id](isolate(subject));
  const knowsBetter = failure.id === 'unexpected' || failure.id === 'malformed-request' || isConnectionFailureId(failure.id);
  return knowsBetter && failure.detail ? { ...text, advice: `${isolate(failure.detail.replace(/\.?$/, '.'))} ${text.advice}` } : text;
}

/** The same in one line, for the sign-in form. */
export function failureLine(failure: Failure): string {
  const { title, advice } = failureText(failure, '');
  return `${title}. ${advice}`;
}
