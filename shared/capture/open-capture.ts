/** The --capture option's meaning, for services: nothing when it was not given. */
import type { Logger } from '../log/logger.ts';
import type { Transport } from '../sip/transport/transport.ts';
import { CapturingTransport } from './capturing-transport.ts';
import { PcapngWriter } from './pcapng-writer.ts';

export interface Capture {
  /** The transport to use in place of the given one. */
  around(transport: Transport): Transport;
  /** Flushes and closes the file; after the transport was closed. */
  close(): Promise<void>;
}

const noCapture: Capture = { around: (transport) => transport, close: () => Promise.resolve() };

/**
 * Opens the capture at `path`, or none where it is undefined.
 * @throws UsageError when the file cannot be made
 */
export async function openCapture(path: string | undefined, options: { service: string; log: Logger }): Promise<Capture> {
  if (path === undefined) return noCapture;
  const writer = await PcapngWriter.open(path, { interfaceName: options.service, log: options.log });
  return { around: (transport) => new CapturingTransport(transport, writer), close: () => writer.close() };
}
