// Relations between constants that the compiler checks: a program in which one does not hold is not built.

/** Compiles only when each relation is `true`. Relations stand beside the constants that they are about. */
export type Holds<Relations extends readonly true[]> = Relations;

/** Whether every member of a union is one of `Allowed`. */
export type Member<T, Allowed> = [T] extends [Allowed] ? true : false;

/** Whether no two properties of a table of literals have the same value. */
export type Unique<Table extends object> = true extends {
  [K in keyof Table]: Table[K] extends Table[Exclude<keyof Table, K>] ? true : false;
}[keyof Table]
  ? false
  : true;
