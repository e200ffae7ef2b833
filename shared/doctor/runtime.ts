/** What this process runs on: Node's version, and how many files it may open. */
import { readFileSync } from 'node:fs';
import { failure, ok, warning } from './finding.ts';
import type { Finding } from './finding.ts';

/** The tests run with these. */
const TESTED_MAJORS = [20, 22, 24, 26];
/** Sockets, films and connections of a front or a streamer with a few hundred viewers. */
const ENOUGH_FILES = 4096;
/** A service does not even start with fewer. */
const LEAST_FILES = 128;

/**
 * @param version such as `20.19.0`
 * @param wanted the range of package.json, `>=20.19`
 */
export function checkNode(version: string, wanted: string): Finding {
  const have = numbers(version);
  const least = numbers(wanted);
  const [major = 0] = have;
  if (isLess(have, least)) return failure('node', `this is Node ${version}, and ${wanted} is needed`, 'install a newer one from nodejs.org');
  if (!TESTED_MAJORS.includes(major)) return warning('node', `Node ${version} is none that sipcast is tested with`, `use one of ${TESTED_MAJORS.join(', ')}`);
  return ok('node', `Node ${version}`);
}

/** @param limits what Linux says in /proc/self/limits; undefined on other systems */
export function checkOpenFiles(limits: string | undefined = readLimits()): Finding {
  const [, text] = /^Max open files\s+(\S+)/m.exec(limits ?? '') ?? [];
  if (text === undefined) return ok('open-files', 'how many files a process may open is not told on this system');
  if (text === 'unlimited') return ok('open-files', 'a process may open any number of files');
  const count = Number(text);
  const found = `a process may open ${count} files and sockets`;
  const advice = `raise the hard limit (ulimit -Hn, LimitNOFILE= in a unit) to ${ENOUGH_FILES} or more`;
  if (count < LEAST_FILES) return failure('open-files', found, advice);
  return count < ENOUGH_FILES ? warning('open-files', found, advice) : ok('open-files', found);
}

function readLimits(): string | undefined {
  try {
    return readFileSync('/proc/self/limits', 'utf8');
  } catch {
    return undefined;
  }
}

function numbers(version: string): number[] {
  return [...version.matchAll(/\d+/g)].map(([digits]) => Number(digits));
}

function isLess(one: readonly number[], other: readonly number[]): boolean {
  for (const [index, least] of other.entries()) {
    const have = one[index] ?? 0;
    if (have !== least) return have < least;
  }
  return false;
}
