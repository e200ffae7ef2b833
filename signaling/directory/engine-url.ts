/** Which --directory names an engine rather than a file, and whether it can be one. */

const SCHEMES: ReadonlySet<string> = new Set(['redis:', 'rediss:']);
const MAX_DATABASE = 1_000_000;

/** What can never be right, whatever the engine does. */
export class EngineUrlError extends Error {
  override readonly name = 'EngineUrlError';
}

/** Whether it looks like a URL of any kind: no file is named so. */
export function isEngineUrl(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
}

/**
 * Checks `redis[s]://[user[:password]@]host[:port][/database]`.
 * @throws EngineUrlError, whose message does not repeat the text: it may hold a password
 */
export function checkEngineUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || url.hostname === '' || !SCHEMES.has(url.protocol)) {
    throw new EngineUrlError('it is no file and no URL such as redis://host, redis://user:password@host:6379/0 or rediss://host');
  }
  const database = url.pathname.replace(/^\//, '');
  if (database !== '' && !(/^\d+$/.test(database) && Number(database) <= MAX_DATABASE)) throw new EngineUrlError('what follows the host in its URL must be the number of a database');
  if (url.search !== '' || url.hash !== '') throw new EngineUrlError('its URL has nothing after the number of the database');
  return url;
}
