/** Each entry as its piece of XML in the seeds' schema; elements that the schema does not name stand after those that it does. */

import { formatAddress } from '../../address.ts';
import type { Binding, Session, StoredSubscription, Streamer } from '../entries.ts';
import { element } from './text.ts';

/** Writes one entry: whole lines, indented to stand inside its section. */
export type FragmentWriter<T> = (entry: T) => string;

const INDENT = '      ';

function lines(...items: readonly string[]): string {
  return items.filter((item) => item !== '').map((item) => `${INDENT}${item}\n`).join('');
}

function optional(name: string, text: string | undefined): string {
  return text === undefined || text === '' ? '' : element(name, text);
}

function group(name: string, ...items: readonly string[]): string {
  return `<${name}>${items.join('')}</${name}>`;
}

function codecs(name: string, names: readonly string[]): string {
  return names.map((codec) => element(name, codec)).join('');
}

export function time(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** What a binding carries beside its address and Call-ID, which stand where the schema wants them. */
function registration(binding: Binding): string[] {
  return [
    element('contact', binding.contact),
    element('source', formatAddress(binding.source)),
    element('cseq', String(binding.cseq)),
    binding.q === 1 ? '' : element('q', String(binding.q)),
    element('expires', time(binding.expiresAt)),
    element('via', binding.via),
    element('from', binding.from),
    element('to', binding.to),
    optional('instance', binding.instance),
    binding.load === undefined ? '' : element('load', String(binding.load)),
    binding.capacity === undefined ? '' : element('capacity', String(binding.capacity)),
  ];
}

function furtherBinding(binding: Binding): string {
  const head = [element('address', formatAddress(binding.address)), element('call_id', binding.callId)];
  return group('binding', ...head, ...registration(binding));
}

export const streamerFragment: FragmentWriter<Streamer> = ({ name, kind, info, identity, bindings, forgotten }) => {
  const [first, ...further] = bindings;
  return `    <streamer>\n${lines(
    element('address', formatAddress(first.address)),
    element('name', name),
    element('call_id', first.callId),
    group(
      'info',
      element('image', info.image),
      element('description', info.description),
      element('title', info.title),
      group('codecs', codecs('audio', info.codecs.audio), codecs('video', info.codecs.video)),
      optional('mode', info.mode),
      ...(info.renditions ?? []).map((rendition) => element('rendition', rendition)),
    ),
    ...registration(first),
    kind === 'streamer' ? '' : element('kind', kind),
    optional('identity', identity),
    further.length === 0 ? '' : group('bindings', ...further.map(furtherBinding)),
    forgotten ? element('forgotten', 'true') : '',
  )}    </streamer>\n`;
};

export const sessionFragment: FragmentWriter<Session> = (session) =>
  `    <session>\n${lines(
    group(
      'addresses',
      element('front', formatAddress(session.front)),
      session.streamerAddress ? element('streamer', formatAddress(session.streamerAddress)) : '',
    ),
    element('name', session.viewer),
    element('call_id', session.callId),
    group('sdp', element('offer', session.offer), element('answer', session.answer)),
    element('state', session.state),
    element('tag', session.fromTag),
    element('watches', session.streamer),
    session.kind === 'streamer' ? '' : element('kind', session.kind),
    optional('room', session.room),
    element('changed', time(session.changedAt)),
    session.intervalSeconds === undefined ? '' : element('interval', String(session.intervalSeconds)),
  )}    </session>\n`;

export const subscriptionFragment: FragmentWriter<StoredSubscription> = (subscription) =>
  `    <subscription>\n${lines(
    element('call_id', subscription.callId),
    element('event', subscription.event),
    element('contact', subscription.remoteTarget),
    ...subscription.routeSet.map((route) => element('route', route)),
    element('from', subscription.localAddress),
    element('to', subscription.remoteAddress),
    element('from_tag', subscription.localTag),
    element('to_tag', subscription.remoteTag),
    element('cseq', String(subscription.localSequence)),
    subscription.remoteSequence === undefined ? '' : element('remote_cseq', String(subscription.remoteSequence)),
    element('expires', time(subscription.expiresAt)),
    element('key', subscription.id),
  )}    </subscription>\n`;
