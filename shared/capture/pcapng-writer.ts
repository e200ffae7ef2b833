/** Writes a pcapng file while the program goes on: soon on disk, bounded in memory, readable after a kill -9. */
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { UsageError } from '../cli/usage-error.ts';
import { silentLogger } from '../log/logger.ts';
import type { Logger } from '../log/logger.ts';
import { enhancedPacketBlock, interfaceDescriptionBlock, sectionHeaderBlock } from './pcapng-blocks.ts';
import type { PacketRecord } from './pcapng-blocks.ts';

/** What may wait for a slow disk; packets beyond are counted and left out, so that a full disk stops no call. */
const MAX_PENDING_BYTES = 8 * 1024 * 1024;

export interface CaptureOptions {
  /** Shown by Wireshark as the interface's name: whose datagrams these are. */
  interfaceName?: string;
  log?: Logger;
}

/**
 * Appends packets to a file. Blocks that come in one turn of the event loop are written together by one system call,
 * so that the file ends with a whole block whenever the process dies.
 */
export class PcapngWriter {
  readonly #file: FileHandle;
  readonly #log: Logger;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #leftOut = 0;
  #failed = false;
  #writing: Promise<void> | undefined;

  private constructor(file: FileHandle, log: Logger) {
    this.#file = file;
    this.#log = log;
  }

  /**
   * Begins a new file at `path`, in place of one that is there.
   * @throws UsageError when the file cannot be made
   */
  static async open(path: string, { interfaceName = 'sipcast', log = silentLogger }: CaptureOptions = {}): Promise<PcapngWriter> {
    try {
      const file = await open(path, 'w');
      await file.write(Buffer.concat([sectionHeaderBlock('sipcast'), interfaceDescriptionBlock(interfaceName)]));
      return new PcapngWriter(file, log);
    } catch (error) {
      throw new UsageError(`cannot write the capture ${path}: ${(error as Error).message}`, { cause: error });
    }
  }

  /** Packets that were left out since the disk did not keep up. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** Adds a packet; returns at once. */
  write(record: PacketRecord): void {
    if (this.#failed) return;
    if (this.#pendingBytes > MAX_PENDING_BYTES) {
      this.#leftOut += 1;
      return;
    }
    const block = enhancedPacketBlock(record);
    this.#pending.push(block);
    this.#pendingBytes += block.length;
    this.#writing ??= this.#drain();
  }

  /** Resolves when all that was added is in the file. */
  async flush(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
  }

  async close(): Promise<void> {
    await this.flush();
    this.#failed = true;
    await this.#file.close();
    if (this.#leftOut > 0) this.#log.warn({ packets: this.#leftOut }, 'the capture lacks packets: the disk did not keep up');
  }

  async #drain(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    try {
      while (this.#pending.length > 0) {
        const blocks = Buffer.concat(this.#pending);
        this.#pending = [];
        this.#pendingBytes = 0;
        await this.#file.appendFile(blocks);
      }
    } catch (error) {
      this.#failed = true;
      this.#pending = [];
      this.#log.error({ err: error }, 'the capture ends here: its file cannot be written');
    } finally {
      this.#writing = undefined;
    }
  }
}
