// Relations between constants that the compiler checks: a program that violates one does not compile.

/** Compiles only if each relation is `true`. Place relations next to the constants that they are about. */
export type Holds<Relations extends readonly true[]> = Relations;

/** True if every member of a union is one of `Allowed`. */
export type Member<T, Allowed> = [T] extends [Allowed] ? true : false;

/** True if no two properties of a table of literals have the same value. */
export type Unique<Table extends object> = true extends {
  [K in keyof Table]: Table[K] extends Table[Exclude<keyof Table, K>] ? true : false;
}[keyof Table]
  ? false
  : true;
