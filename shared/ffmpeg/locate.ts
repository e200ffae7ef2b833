/** Where ffmpeg is: the place that the operator named, the binary of the ffmpeg-static package, or the PATH, in this order. */
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';

/** The one that was named cannot be run. */
export class FfmpegNotFoundError extends Error {
  override readonly name = 'FfmpegNotFoundError';
}

export const HOW_TO_INSTALL = 'install it (apt install ffmpeg, brew install ffmpeg, or npm install ffmpeg-static) or name it with --ffmpeg';

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** The package may be missing, or be there while its download has failed, so that the path it tells leads nowhere. */
function bundled(): string | undefined {
  try {
    const path: unknown = createRequire(import.meta.url)('ffmpeg-static');
    return typeof path === 'string' ? path : undefined;
  } catch {
    return undefined;
  }
}

function onPath(environment: NodeJS.ProcessEnv): string[] {
  const names = process.platform === 'win32' ? ['ffmpeg.exe'] : ['ffmpeg'];
  return (environment['PATH'] ?? '').split(delimiter).filter(Boolean).flatMap((folder) => names.map((name) => join(folder, name)));
}

/**
 * @param named what --ffmpeg says; else FFMPEG_PATH of `environment` counts as named
 * @returns the path of an executable, or undefined when there is none
 * @throws FfmpegNotFoundError when one was named that cannot be run
 */
export async function locateFfmpeg(named: string | undefined, environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const wanted = named ?? environment['FFMPEG_PATH'];
  if (wanted !== undefined && wanted !== '') {
    const candidates = wanted.includes('/') || wanted.includes('\\') ? [wanted] : onPath(environment).map((path) => join(path, '..', wanted));
    for (const candidate of candidates) if (await isExecutable(candidate)) return candidate;
    throw new FfmpegNotFoundError(`There is no ffmpeg that can be run at ${wanted}`);
  }
  for (const candidate of [bundled(), ...onPath(environment)]) {
    if (candidate !== undefined && (await isExecutable(candidate))) return candidate;
  }
  return undefined;
}
