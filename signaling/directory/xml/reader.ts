/** A directory file as entries: the seeds' schema (document 004), what it leaves out filled with defaults, and our further elements. */

import { sipUri } from '../../../shared/sip/message/uri.ts';
import type { Address } from '../../../shared/sip/transport/transport.ts';
import { parseAddress } from '../../address.ts';
import { KINDS, SESSION_STATES, sessionId } from '../entries.ts';
import type { Binding, Kind, Session, StoredSubscription, Streamer } from '../entries.ts';
import { XmlSyntaxError, parseXml } from './tree.ts';
import type { XmlElement } from './tree.ts';

const ROOT = 'data-base';
/** What the original wrote for an offer or answer that it did not have. */
const PYTHON_NONE = 'None';

export interface DirectoryContents {
  readonly streamers: readonly Streamer[];
  readonly sessions: readonly Session[];
  readonly subscriptions: readonly StoredSubscription[];
  /** Entries that could not be understood, each with its reason. */
  readonly rejected: readonly string[];
}

/**
 * Reads a whole file; entries that make no sense are left out and told about.
 * @throws XmlSyntaxError when the text is no directory at all
 */
export function readDirectory(text: string): DirectoryContents {
  const root = parseXml(text);
  if (root.name !== ROOT) throw new XmlSyntaxError(`its root element is <${root.name}>, not <${ROOT}>`);
  const rejected: string[] = [];
  const section = <T>(sectionName: string, entryName: string, read: (entry: XmlElement) => T): T[] => {
    const entries: T[] = [];
    for (const container of root.children(sectionName)) {
      for (const entry of container.children(entryName)) {
        try {
          entries.push(read(entry));
        } catch (error) {
          if (!(error instanceof XmlSyntaxError)) throw error;
          rejected.push(`<${entryName}>: ${error.message}`);
        }
      }
    }
    return entries;
  };
  return {
    streamers: section('streamers', 'streamer', readStreamer),
    sessions: section('sessions', 'session', readSession),
    subscriptions: section('subscriptions', 'subscription', readSubscription),
    rejected,
  };
}

function readStreamer(entry: XmlElement): Streamer {
  const name = mandatoryText(entry, 'name');
  const info = entry.child('info');
  const codecs = info?.child('codecs');
  const renditions = texts(info, 'rendition');
  const further = entry.child('bindings')?.children('binding') ?? [];
  return {
    name,
    kind: kindOf(entry),
    info: {
      title: textOf(info, 'title'),
      description: textOf(info, 'description'),
      image: textOf(info, 'image'),
      codecs: { audio: texts(codecs, 'audio'), video: texts(codecs, 'video') },
      ...(textOf(info, 'mode') === 'vod' ? { mode: 'vod' as const } : {}),
      ...(renditions.length > 0 ? { renditions } : {}),
    },
    identity: optionalText(entry, 'identity'),
    bindings: [readBinding(entry, name), ...further.map((binding) => readBinding(binding, name))],
    forgotten: textOf(entry, 'forgotten') === 'true',
  };
}

function readBinding(entry: XmlElement, name: string): Binding {
  const address = mandatoryAddress(entry, 'address');
  const aor = `<${sipUri(name, address.host)}>`;
  const [instance, load, capacity] = [optionalText(entry, 'instance'), optionalNumber(entry, 'load'), optionalNumber(entry, 'capacity')];
  return {
    contact: optionalText(entry, 'contact') ?? sipUri(name, address.host, address.port),
    address,
    source: optionalAddress(entry, 'source') ?? address,
    callId: mandatoryText(entry, 'call_id'),
    cseq: number(entry, 'cseq', 1),
    q: number(entry, 'q', 1),
    expiresAt: time(entry, 'expires'),
    via: textOf(entry, 'via'),
    from: optionalText(entry, 'from') ?? aor,
    to: optionalText(entry, 'to') ?? aor,
    ...(instance === undefined ? {} : { instance }),
    ...(load === undefined ? {} : { load }),
    ...(capacity === undefined ? {} : { capacity }),
  };
}

function readSession(entry: XmlElement): Session {
  const callId = mandatoryText(entry, 'call_id');
  const fromTag = textOf(entry, 'tag');
  const addresses = entry.child('addresses');
  const sdp = entry.child('sdp');
  const stateText = textOf(entry, 'state').trim();
  const state = SESSION_STATES.find((known) => known === stateText);
  if (!state) throw new XmlSyntaxError(`"${stateText}" is no state of a session`);
  return {
    id: sessionId(callId, fromTag),
    callId,
    fromTag,
    viewer: textOf(entry, 'name'),
    streamer: textOf(entry, 'watches'),
    kind: kindOf(entry),
    room: optionalText(entry, 'room'),
    front: mandatoryAddress(addresses, 'front'),
    streamerAddress: optionalAddress(addresses, 'streamer'),
    offer: description(sdp, 'offer'),
    answer: description(sdp, 'answer'),
    state,
    changedAt: time(entry, 'changed'),
    intervalSeconds: optionalNumber(entry, 'interval'),
  };
}

function readSubscription(entry: XmlElement): StoredSubscription {
  return {
    id: mandatoryText(entry, 'key'),
    callId: mandatoryText(entry, 'call_id'),
    event: mandatoryText(entry, 'event'),
    remoteTarget: mandatoryText(entry, 'contact'),
    routeSet: texts(entry, 'route'),
    localAddress: mandatoryText(entry, 'from'),
    remoteAddress: mandatoryText(entry, 'to'),
    localTag: mandatoryText(entry, 'from_tag'),
    remoteTag: textOf(entry, 'to_tag'),
    localSequence: number(entry, 'cseq', 0),
    remoteSequence: optionalNumber(entry, 'remote_cseq'),
    expiresAt: time(entry, 'expires'),
  };
}

/** The original knew streamers only, and so its files say nothing of it. */
function kindOf(entry: XmlElement): Kind {
  const text = textOf(entry, 'kind').trim();
  if (text === '') return 'streamer';
  const kind = KINDS.find((known) => known === text);
  if (!kind) throw new XmlSyntaxError(`"${text}" is no kind of name`);
  return kind;
}

function textOf(parent: XmlElement | undefined, name: string): string {
  return parent?.child(name)?.text ?? '';
}

function texts(parent: XmlElement | undefined, name: string): string[] {
  return (parent?.children(name) ?? []).map((child) => child.text);
}

function optionalText(parent: XmlElement, name: string): string | undefined {
  const text = textOf(parent, name);
  return text === '' ? undefined : text;
}

function mandatoryText(parent: XmlElement, name: string): string {
  const text = textOf(parent, name);
  if (text === '') throw new XmlSyntaxError(`it has no <${name}>`);
  return text;
}

function description(parent: XmlElement | undefined, name: string): string {
  const text = textOf(parent, name);
  return text === PYTHON_NONE ? '' : text;
}

function optionalAddress(parent: XmlElement | undefined, name: string): Address | undefined {
  return parseAddress(textOf(parent, name));
}

function mandatoryAddress(parent: XmlElement | undefined, name: string): Address {
  const found = optionalAddress(parent, name);
  if (!found) throw new XmlSyntaxError(`its <${name}> is no host:port`);
  return found;
}

function optionalNumber(parent: XmlElement, name: string): number | undefined {
  const text = textOf(parent, name).trim();
  const value = Number(text);
  return text !== '' && Number.isFinite(value) ? value : undefined;
}

function number(parent: XmlElement, name: string, fallback: number): number {
  return optionalNumber(parent, name) ?? fallback;
}

/** Milliseconds since 1970; 0, that is long ago, where the file does not say. */
function time(parent: XmlElement, name: string): number {
  const value = Date.parse(textOf(parent, name));
  return Number.isNaN(value) ? 0 : value;
}
