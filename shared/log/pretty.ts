/** The format for people at a terminal: one readable line, the service's name in front, fields behind. */
import type { DestinationStream } from 'pino';
import { isColorSupported, prettyFactory } from 'pino-pretty';

/** Formats each line before it goes to `destination`, in the same call, so that nothing is lost at exit. */
export function prettyStream(destination: DestinationStream, { colour }: { colour: boolean }): DestinationStream {
  const format = prettyFactory({
    colorize: colour && isColorSupported,
    singleLine: true,
    translateTime: 'SYS:HH:MM:ss.l',
    ignore: 'pid,hostname,service,event,addresses',
    messageFormat: '{service}: {msg}',
  });
  return { write: (line) => destination.write(format(line)) };
}
