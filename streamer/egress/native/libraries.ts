/**
 * The C functions that the native way out calls, through koffi: the system's sockets, and OpenSSL as it is inside Node. Pointers
 * go as numbers: an address has fewer than 53 bits on the machines that are served here, and a number costs nothing to make.
 */
import { createRequire } from 'node:module';
import type * as Koffi from 'koffi';

/** Where the layout of the structures is known. */
const ARCHITECTURES = ['x64', 'arm64'];

type Address = number;

export interface Libraries {
  /** A pointer to the first byte; the memory must not move, so that only buffers of a slab of their own will do. */
  address(buffer: Buffer): Address;
  /** Of the last call that failed. */
  errno(): number;
  socket(family: number, type: number, protocol: number): number;
  bind(fd: number, address: Address, length: number): number;
  getsockname(fd: number, address: Address, length: Address): number;
  close(fd: number): number;
  recv(fd: number, target: Address, length: number, flags: number): number;
  sendmmsg(fd: number, messages: Address, count: number, flags: number): number;
  EVP_CIPHER_CTX_new(): Address;
  EVP_CIPHER_CTX_free(context: Address): void;
  EVP_aes_128_gcm(): Address;
  EVP_aes_128_ctr(): Address;
  EVP_EncryptInit_ex(context: Address, cipher: Address, engine: Address, key: Address, vector: Address): number;
  EVP_EncryptUpdate(context: Address, target: Address, written: Address, from: Address, length: number): number;
  EVP_EncryptFinal_ex(context: Address, target: Address, written: Address): number;
  EVP_DecryptInit_ex(context: Address, cipher: Address, engine: Address, key: Address, vector: Address): number;
  EVP_DecryptUpdate(context: Address, target: Address, written: Address, from: Address, length: number): number;
  EVP_DecryptFinal_ex(context: Address, target: Address, written: Address): number;
  EVP_CIPHER_CTX_ctrl(context: Address, command: number, argument: number, pointer: Address): number;
  EVP_MAC_fetch(library: Address, name: string, properties: Address): Address;
  EVP_MAC_CTX_new(mac: Address): Address;
  EVP_MAC_CTX_free(context: Address): void;
  EVP_MAC_init(context: Address, key: Address, length: number, parameters: Address): number;
  EVP_MAC_update(context: Address, from: Address, length: number): number;
  EVP_MAC_final(context: Address, target: Address, written: Address, size: number): number;
}

const SYSTEM = [
  'int socket(int, int, int)',
  'int bind(int, uint64_t, uint32_t)',
  'int getsockname(int, uint64_t, uint64_t)',
  'int close(int)',
  'int64_t recv(int, uint64_t, uint64_t, int)',
  'int sendmmsg(int, uint64_t, uint32_t, int)',
];

const CRYPTO = [
  'uint64_t EVP_CIPHER_CTX_new()',
  'void EVP_CIPHER_CTX_free(uint64_t)',
  'uint64_t EVP_aes_128_gcm()',
  'uint64_t EVP_aes_128_ctr()',
  'int EVP_EncryptInit_ex(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t)',
  'int EVP_EncryptUpdate(uint64_t, uint64_t, uint64_t, uint64_t, int)',
  'int EVP_EncryptFinal_ex(uint64_t, uint64_t, uint64_t)',
  'int EVP_DecryptInit_ex(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t)',
  'int EVP_DecryptUpdate(uint64_t, uint64_t, uint64_t, uint64_t, int)',
  'int EVP_DecryptFinal_ex(uint64_t, uint64_t, uint64_t)',
  'int EVP_CIPHER_CTX_ctrl(uint64_t, int, int, uint64_t)',
  'uint64_t EVP_MAC_fetch(uint64_t, const char *, uint64_t)',
  'uint64_t EVP_MAC_CTX_new(uint64_t)',
  'void EVP_MAC_CTX_free(uint64_t)',
  'int EVP_MAC_init(uint64_t, uint64_t, uint64_t, uint64_t)',
  'int EVP_MAC_update(uint64_t, uint64_t, uint64_t)',
  'int EVP_MAC_final(uint64_t, uint64_t, uint64_t, uint64_t)',
];

type Functions = Record<string, (...values: unknown[]) => unknown>;

function declare(library: Koffi.LibraryHandle, prototypes: readonly string[]): Functions {
  const functions = prototypes.map((prototype) => {
    const name = /(\w+)\(/.exec(prototype)?.[1] ?? '';
    return [name, library.func(prototype) as (...values: unknown[]) => unknown] as const;
  });
  return Object.fromEntries(functions);
}

/** OpenSSL is linked into most builds of Node; a distribution’s own loads it as a library. */
function crypto(koffi: typeof Koffi): Functions {
  try {
    return declare(koffi.load(null), CRYPTO);
  } catch {
    return declare(koffi.load('libcrypto.so.3'), CRYPTO);
  }
}

/** @throws Error that says what is missing: another platform, no koffi, no OpenSSL */
export function loadLibraries(): Libraries {
  if (process.platform !== 'linux' || !ARCHITECTURES.includes(process.arch)) throw new Error(`it is made for Linux on ${ARCHITECTURES.join(' or ')}, not for ${process.platform} on ${process.arch}`);
  const koffi = createRequire(import.meta.url)('koffi') as typeof Koffi;
  return {
    ...declare(koffi.load(null), SYSTEM),
    ...crypto(koffi),
    address: (buffer: Buffer) => Number(koffi.address(buffer)),
    errno: () => koffi.errno(),
  } as unknown as Libraries;
}
