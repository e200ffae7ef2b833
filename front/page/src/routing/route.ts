/** The addresses of the page's screens. They stand after the `#`, so that a reload needs nothing from the server. */

export type Route =
  | { readonly screen: 'wall' }
  | { readonly screen: 'watch'; readonly streamer: string }
  /** `create`: with the form of a new room open. */
  | { readonly screen: 'rooms'; readonly create?: true }
  /** `key` admits to an invite-only room; undefined where the link has none. */
  | { readonly screen: 'room'; readonly id: string; readonly key: string | undefined }
  | { readonly screen: 'people' }
  /** Going live, and being it. */
  | { readonly screen: 'live' }
  | { readonly screen: 'account' }
  /** `next` is the address to go on to, from `#` on; undefined for the wall. */
  | { readonly screen: 'sign-in'; readonly next: string | undefined }
  | { readonly screen: 'admin' }
  /** The messages between the services, as they pass. */
  | { readonly screen: 'ladder' };

export type ScreenName = Route['screen'];

const PLAIN_SCREENS = ['rooms', 'people', 'live', 'account', 'admin', 'ladder'] as const;

/** @param hash what stands in `location.hash`, with or without `#`; anything unknown is the wall */
export function parseRoute(hash: string): Route {
  const address = hash.replace(/^#/, '').replace(/^\//, '');
  const [name = '', ...rest] = address.split('/');
  if (name === 'watch') {
    const streamer = decode(rest.join('/'));
    return streamer === '' ? { screen: 'wall' } : { screen: 'watch', streamer };
  }
  const [path, query] = split(address, '?');
  if (path.startsWith('room/')) {
    const id = decode(path.slice('room/'.length));
    return id === '' ? { screen: 'rooms' } : { screen: 'room', id, key: parameter(query, 'key') };
  }
  if (path === 'sign-in') return { screen: 'sign-in', next: safeNext(parameter(query, 'next')) };
  if (path === 'rooms' && parameter(query, 'create') !== undefined) return { screen: 'rooms', create: true };
  const screen = PLAIN_SCREENS.find((each) => each === path);
  return { screen: screen ?? 'wall' };
}

/** @returns the `href` of a route, from `#` on */
export function formatRoute(route: Route): string {
  switch (route.screen) {
    case 'wall':
      return '#/';
    case 'watch':
      return `#/watch/${encodeURIComponent(route.streamer)}`;
    case 'room':
      return `#/room/${encodeURIComponent(route.id)}${route.key === undefined ? '' : `?key=${encodeURIComponent(route.key)}`}`;
    case 'sign-in':
      return `#/sign-in${route.next === undefined ? '' : `?next=${encodeURIComponent(route.next)}`}`;
    case 'rooms':
      return route.create ? '#/rooms?create=1' : '#/rooms';
    case 'people':
    case 'live':
    case 'account':
    case 'admin':
    case 'ladder':
      return `#/${route.screen}`;
  }
}

export function sameRoute(one: Route, other: Route): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Only screens of this page, and not the sign-in itself: a link must lead nobody elsewhere. */
function safeNext(next: string | undefined): string | undefined {
  if (next === undefined || !next.startsWith('#/')) return undefined;
  const route = parseRoute(next);
  return route.screen === 'sign-in' ? undefined : formatRoute(route);
}

function parameter(query: string, name: string): string | undefined {
  return new URLSearchParams(query).get(name) || undefined;
}

function split(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
