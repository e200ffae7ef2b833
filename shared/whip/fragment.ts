/** News of one side's ICE (RFC 8840 §9): candidates that it has found since its description, or the credentials of a restart (RFC 9725 §4.3). */

export const FRAGMENT_TYPE = 'application/trickle-ice-sdpfrag';

/** A browser's candidates, all at once, have a tenth of it. */
export const MAX_FRAGMENT_CHARACTERS = 16_384;
const MAX_SECTIONS = 32;
const MAX_CANDIDATES = 128;

/** RFC 8839 §5.4. */
const UFRAG = /^[A-Za-z0-9+/]{4,256}$/;
const PASSWORD = /^[A-Za-z0-9+/]{22,256}$/;
/** RFC 8839 §5.1: foundation, component, transport, priority, address, port, type, and what extends it. */
const CANDIDATE = /^[A-Za-z0-9+/]{1,32} \d{1,5} [A-Za-z0-9-]{1,16} \d{1,10} [\w.:%-]{1,255} \d{1,5} typ [A-Za-z0-9-]{1,16}(?: [!-~]{1,256}){0,32}$/;
const MEDIA = /^[A-Za-z0-9-]{1,32} \d{1,5} [A-Za-z0-9/-]{1,64}(?: [!-~]{1,64}){1,64}$/;
const MID = /^[!-~]{1,64}$/;
const LINE = /^([a-z])=([^\p{Cc}]*)$/u;

/** RFC 8445 §5.3. */
export interface IceCredentials {
  readonly ufrag: string;
  readonly password: string;
}

/** What is said of one media section. */
export interface FragmentSection {
  /** Value of its m= line; undefined for what stands before any. */
  readonly media?: string | undefined;
  readonly mid?: string | undefined;
  /** Values of its `a=candidate:` lines (RFC 8839 §5.1). */
  readonly candidates: readonly string[];
  readonly endOfCandidates: boolean;
}

export interface IceFragment {
  /** The same for all sections, which share one transport (RFC 9725 §4.4.1); undefined where none are named. */
  readonly credentials?: IceCredentials | undefined;
  /** Such as `trickle` (RFC 8839 §5.6). */
  readonly options?: readonly string[] | undefined;
  readonly sections: readonly FragmentSection[];
}

/** Text that is no such fragment. */
export class FragmentError extends Error {
  override readonly name = 'FragmentError';
}

interface OpenSection {
  media: string | undefined;
  mid: string | undefined;
  candidates: string[];
  endOfCandidates: boolean;
}

/** Takes bare line feeds too, and passes over lines that say nothing of ICE. @throws FragmentError that says which line is wrong */
export function parseFragment(text: string): IceFragment {
  if (text.length > MAX_FRAGMENT_CHARACTERS) throw new FragmentError(`the fragment has more than ${MAX_FRAGMENT_CHARACTERS} characters`);
  const reader = new FragmentReader();
  for (const [index, line] of text.replace(/(?:\r?\n)+$/, '').split(/\r?\n/).entries()) {
    const [, type, value = ''] = LINE.exec(line) ?? [];
    if (type === undefined) throw new FragmentError(`line ${index + 1} is none of SDP`);
    if (type === 'm') reader.open(value);
    else if (type === 'a') reader.read(value);
  }
  return reader.fragment();
}

class FragmentReader {
  readonly #sections: OpenSection[] = [{ media: undefined, mid: undefined, candidates: [], endOfCandidates: false }];
  readonly #known = new Map<string, string>();
  #options: string[] | undefined;
  #candidates = 0;

  open(media: string): void {
    if (!MEDIA.test(media)) throw new FragmentError('an m= line is malformed');
    if (this.#sections.length > MAX_SECTIONS) throw new FragmentError(`it has more than ${MAX_SECTIONS} sections`);
    this.#sections.push({ media, mid: undefined, candidates: [], endOfCandidates: false });
  }

  read(attribute: string): void {
    const colon = attribute.indexOf(':');
    const [name, value] = colon < 0 ? [attribute, ''] : [attribute.slice(0, colon), attribute.slice(colon + 1)];
    const section = this.#sections.at(-1);
    if (section === undefined) return;
    switch (name) {
      case 'ice-ufrag':
        this.#agree(name, value, UFRAG);
        break;
      case 'ice-pwd':
        this.#agree(name, value, PASSWORD);
        break;
      case 'ice-options':
        this.#options = value.split(' ').filter((option) => option !== '');
        break;
      case 'mid':
        if (!MID.test(value)) throw new FragmentError('a mid is malformed');
        section.mid = value;
        break;
      case 'candidate':
        if (!CANDIDATE.test(value)) throw new FragmentError('a candidate is malformed');
        if (++this.#candidates > MAX_CANDIDATES) throw new FragmentError(`it has more than ${MAX_CANDIDATES} candidates`);
        section.candidates.push(value);
        break;
      case 'end-of-candidates':
        section.endOfCandidates = true;
        break;
    }
  }

  fragment(): IceFragment {
    const [ufrag, password] = [this.#known.get('ice-ufrag'), this.#known.get('ice-pwd')];
    if (ufrag === undefined && password !== undefined) throw new FragmentError('it has an ice-pwd without its ice-ufrag');
    const sections = this.#sections.filter(({ media, candidates, endOfCandidates }) => media !== undefined || candidates.length > 0 || endOfCandidates);
    return {
      ...(ufrag === undefined ? {} : { credentials: { ufrag, password: password ?? '' } }),
      ...(this.#options === undefined ? {} : { options: this.#options }),
      sections,
    };
  }

  #agree(name: string, value: string, grammar: RegExp): void {
    if (!grammar.test(value)) throw new FragmentError(`${name} is malformed`);
    const known = this.#known.get(name);
    if (known !== undefined && known !== value) throw new FragmentError(`its sections have more than one ${name}, though they share a transport`);
    this.#known.set(name, value);
  }
}

/** As text, every line ended by CRLF. A password that is empty, for it was not told, is left out. */
export function formatFragment({ credentials, options, sections }: IceFragment): string {
  const lines = [
    ...(options === undefined || options.length === 0 ? [] : [`a=ice-options:${options.join(' ')}`]),
    ...(credentials === undefined ? [] : [`a=ice-ufrag:${credentials.ufrag}`]),
    ...(credentials === undefined || credentials.password === '' ? [] : [`a=ice-pwd:${credentials.password}`]),
    ...sections.flatMap(({ media, mid, candidates, endOfCandidates }) => [
      ...(media === undefined ? [] : [`m=${media}`]),
      ...(mid === undefined ? [] : [`a=mid:${mid}`]),
      ...candidates.map((candidate) => `a=candidate:${candidate}`),
      ...(endOfCandidates ? ['a=end-of-candidates'] : []),
    ]),
  ];
  return lines.map((line) => `${line}\r\n`).join('');
}
