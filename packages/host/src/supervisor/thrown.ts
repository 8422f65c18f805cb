// What a plugin's thread threw, in words; it can be anything.

export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
