/** Memory that C code is told the address of: outside of the heap that the engine moves things in, and kept for as long as its owner. */
import type { Libraries } from './libraries.ts';

export class Memory {
  readonly bytes: Buffer;
  readonly words: Uint32Array;
  readonly address: number;

  /** @param size in bytes, a multiple of eight; small ones could lie in the moving heap */
  constructor(libraries: Pick<Libraries, 'address'>, size: number) {
    if (size < 4096 || size % 8 !== 0) throw new RangeError(`${size} bytes are too few to stay where they are`);
    this.bytes = Buffer.allocUnsafeSlow(size).fill(0);
    this.words = new Uint32Array(this.bytes.buffer, this.bytes.byteOffset, size / 4);
    this.address = libraries.address(this.bytes);
  }

  /** Writes a pointer, or any number of 64 bits that fits in 53. */
  writePointer(at: number, value: number): void {
    this.words[at >>> 2] = value;
    this.words[(at >>> 2) + 1] = value / 0x1_0000_0000;
  }
}
