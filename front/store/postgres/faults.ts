/** What an error of PostgreSQL or of the way to it means for the store: SQLSTATE as in Appendix A of PostgreSQL's manual. */

/**
 * - `away`: it does not answer, or not in time, or is too busy; the connection is not used again.
 * - `unwritable`: it answers, but takes no changes: full disk, read-only, a standby.
 * - `empty`: the tables are not there (any more).
 * - `refused`: it does not let this user in, and needs help by its operator.
 * - `request`: it has answered, and the fault is in what was asked.
 */
export type Fault = 'away' | 'unwritable' | 'empty' | 'refused' | 'request';

const BY_STATE: Readonly<Record<string, Fault>> = {
  // lock_not_available, query_canceled (by the time limit), serialization_failure, deadlock_detected
  '55P03': 'away',
  '57014': 'away',
  '40001': 'away',
  '40P01': 'away',
  // read_only_sql_transaction, disk_full, io_error
  '25006': 'unwritable',
  '53100': 'unwritable',
  '58030': 'unwritable',
  // undefined_table, invalid_schema_name
  '42P01': 'empty',
  '3F000': 'empty',
  // invalid_catalog_name (no such database), insufficient_privilege
  '3D000': 'refused',
  '42501': 'refused',
};

/** Classes, the first two characters: connection, resources, operator intervention, the server's system, its own faults, authorization. */
const BY_CLASS: Readonly<Record<string, Fault>> = { '08': 'away', '53': 'away', '57': 'away', '58': 'away', XX: 'away', '28': 'refused' };

/** unique_violation */
const TAKEN = '23505';

export function faultOf(error: unknown): Fault {
  const state = sqlStateOf(error);
  if (state !== undefined) return BY_STATE[state] ?? BY_CLASS[state.slice(0, 2)] ?? 'request';
  // Sockets, name service, TLS and time limits: the client throws plain errors for all of them.
  return error instanceof Error && !(error instanceof TypeError) && !(error instanceof RangeError) ? 'away' : 'request';
}

/** Whether `error` says that a value which must be the only one of its kind is there already. */
export function isTaken(error: unknown): boolean {
  return sqlStateOf(error) === TAKEN;
}

/** In words; an error of several addresses has none of its own. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reasonOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}

function sqlStateOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error && 'severity' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
