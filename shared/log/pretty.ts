/** The format for people at a terminal: one readable line, the service's name in front, fields behind. */
import type { DestinationStream } from 'pino';
import { build as pretty } from 'pino-pretty';

/**
 * Formats inside this process (no worker thread, so nothing is lost at exit); colours only where the terminal has them.
 */
export function prettyStream(destination?: DestinationStream): DestinationStream {
  return pretty({
    destination: destination === undefined ? 1 : toWritable(destination),
    sync: true,
    singleLine: true,
    translateTime: 'SYS:HH:MM:ss.l',
    ignore: 'pid,hostname,service,event,addresses',
    messageFormat: '{service}: {msg}',
    ...(destination === undefined ? {} : { colorize: false }),
  });
}

function toWritable(destination: DestinationStream) {
  return { write: (text: string) => destination.write(text) } as unknown as NodeJS.WritableStream;
}
