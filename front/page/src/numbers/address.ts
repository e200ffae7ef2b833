/** Where a streamer's numbers are: `/statistics/<name>`. */

const FOLDER = '/statistics/';

export function numbersAddress(streamer: string): string {
  return FOLDER + encodeURIComponent(streamer);
}

/** @returns the streamer's name, or undefined where the address has none */
export function streamerIn(path: string): string | undefined {
  if (!path.startsWith(FOLDER)) return undefined;
  try {
    return decodeURIComponent(path.slice(FOLDER.length)) || undefined;
  } catch {
    return undefined;
  }
}
