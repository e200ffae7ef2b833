/** Where ffmpeg is, for inputs that need it. */
import { FfmpegNotFoundError, locateFfmpeg as locate } from '../../../shared/ffmpeg/locate.ts';
import { InputError } from '../source.ts';

export { HOW_TO_INSTALL } from '../../../shared/ffmpeg/locate.ts';

/**
 * @param named what --ffmpeg says; else FFMPEG_PATH of `environment` counts as named
 * @returns the path of an executable, or undefined when there is none
 * @throws InputError when one was named that cannot be run
 */
export async function locateFfmpeg(named: string | undefined, environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  try {
    return await locate(named, environment);
  } catch (error) {
    if (error instanceof FfmpegNotFoundError) throw new InputError(error.message, { cause: error });
    throw error;
  }
}
