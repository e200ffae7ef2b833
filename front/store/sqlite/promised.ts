/** SQLite answers at once, within a millisecond or the time that a disk takes to say "written"; the store's interface promises. */
export function promised<Value>(work: () => Value): Promise<Value> {
  return new Promise((resolve) => resolve(work()));
}

/** Whether `error` says that a value which must be the only one of its kind is there already. */
export function isTaken(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY';
}
