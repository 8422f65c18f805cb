// A child process's side of its conversation with the main process: a table of what it can be asked.

/** What a child can be asked. Arguments and answers are plain data. */
// biome-ignore lint/suspicious/noExplicitAny: any function whose arguments and answer can be cloned
export type Answers = { readonly [command: string]: (...args: any[]) => unknown };

export interface Asked {
  readonly id: number;
  readonly command: string;
  readonly args: readonly unknown[];
}

export type Reply = { readonly id: number; readonly value: unknown } | { readonly id: number; readonly error: string };

/** Answers the main process until that goes away, and ends with it. */
export function answer(answers: Answers): void {
  process.on('message', async ({ id, command, args }: Asked) => {
    try {
      process.send?.({ id, value: await answers[command]!(...args) } satisfies Reply);
    } catch (error) {
      process.send?.({ id, error: (error as Error).stack ?? String(error) } satisfies Reply);
    }
  });
  process.on('disconnect', () => process.exit());
  // Ctrl-C goes to the whole group; the main process sees to an orderly end.
  process.on('SIGINT', () => {});
}
