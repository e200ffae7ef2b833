/** The exercises of docs/course as data: their questions, each with commands of tshark and what these print. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../paths.ts';

export const COURSE = join(repository, 'docs/course');

/** A command that the reader types in the folder of the repository. */
export interface Check {
  readonly command: string;
  /** What the command asks; undefined for one of another form than the course uses. */
  readonly asks: Asked | undefined;
  /** Lines that it must print: see `difference` in answers.ts. */
  readonly answer: readonly string[];
}

export interface Asked {
  /** Of the capture, from the folder of the repository. */
  readonly file: string;
  readonly filter: string;
  readonly fields: readonly string[];
  readonly occurrence: 'all' | 'first' | 'last';
  readonly sorted: boolean;
}

export interface Question {
  readonly title: string;
  readonly hint: string | undefined;
  readonly checks: readonly Check[];
}

export interface Exercise {
  readonly file: string;
  readonly title: string;
  /** What stands before the first question. */
  readonly introduction: string;
  readonly questions: readonly Question[];
}

const HINT = /<details><summary>Hint<\/summary>\n\n([^]+?)\n\n<\/details>/;
const ANSWER = /<details><summary>Answer<\/summary>\n\n([^]+?)\n\n<\/details>/;
const CHECK = /```sh\n(.+)\n```\n\n```text\n([^]+?)\n```/g;

const COMMAND = /^tshark -r (captures\/[\w-]+\.pcapng) -Y '([^']+)' -T fields((?: -e [\w.-]+)+)(?: -E occurrence=([fl]))?( \| sort)?$/;

/** In the order of their names, which begin with their numbers. */
export function exercises(): Exercise[] {
  return readdirSync(COURSE)
    .filter((name) => /^\d\d-.+\.md$/.test(name))
    .sort()
    .map((file) => parseExercise(file, readFileSync(join(COURSE, file), 'utf8')));
}

export function parseExercise(file: string, text: string): Exercise {
  const [head = '', ...sections] = text.split(/^## \d+\. /m);
  return { file, title: /^# (.+)$/m.exec(head)?.[1] ?? '', introduction: head, questions: sections.map(parseQuestion) };
}

function parseQuestion(section: string): Question {
  const answer = ANSWER.exec(section)?.[1] ?? '';
  return {
    title: section.split('\n', 1)[0] ?? '',
    hint: HINT.exec(section)?.[1],
    checks: [...answer.matchAll(CHECK)].map(([, command = '', lines = '']) => ({ command, asks: parseCommand(command), answer: lines.split('\n') })),
  };
}

function parseCommand(command: string): Asked | undefined {
  const match = COMMAND.exec(command);
  if (match === null) return undefined;
  const [, file = '', filter = '', fields = '', occurrence, sort] = match;
  return { file, filter, fields: fields.split(' -e ').slice(1), occurrence: occurrence === undefined ? 'all' : occurrence === 'f' ? 'first' : 'last', sorted: sort !== undefined };
}
