/** The addresses of the page's screens. They stand after the `#`, so that a reload needs nothing from the server. */

export type Route =
  | { readonly screen: 'wall' }
  | { readonly screen: 'watch'; readonly streamer: string };

/** @param hash what stands in `location.hash`, with or without `#`; anything unknown is the wall */
export function parseRoute(hash: string): Route {
  const [screen, ...rest] = hash.replace(/^#/, '').replace(/^\//, '').split('/');
  if (screen === 'watch' && rest.length > 0) {
    const streamer = decode(rest.join('/'));
    if (streamer !== '') return { screen: 'watch', streamer };
  }
  return { screen: 'wall' };
}

/** @returns the `href` of a route, from `#` on */
export function formatRoute(route: Route): string {
  return route.screen === 'watch' ? `#/watch/${encodeURIComponent(route.streamer)}` : '#/';
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
