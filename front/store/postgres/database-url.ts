/** `--database`: a file for SQLite, or the URL of a PostgreSQL database. */
import { concealPassword } from '../../../shared/cli/conceal-password.ts';
import { parseText } from '../../../shared/cli/parsers.ts';
import type { Parser } from '../../../shared/cli/parsers.ts';
import { UsageError } from '../../../shared/cli/usage-error.ts';

/** Whether a database is named by URL, and not by file. */
export function isPostgresUrl(database: string): boolean {
  return /^postgres(ql)?:\/\//i.test(database);
}

/** A file, or postgres://user:password@host[:port]/database. Throws UsageError. */
export const parseDatabase: Parser<string> = (text) => {
  const database = parseText(text);
  if (isPostgresUrl(database)) {
    if (!URL.canParse(database)) throw new UsageError('expected postgres://user:password@host:port/database, with every other character of user and password written as %XX');
    if (new URL(database).pathname.length <= 1) throw new UsageError('expected the name of a database after the host: postgres://user:password@host:port/database');
  } else if (/^[a-z][a-z\d+.-]*:\/\//i.test(database)) {
    throw new UsageError('expected a file, or postgres://user:password@host:port/database');
  }
  return database;
};
parseDatabase.conceal = concealPassword;
