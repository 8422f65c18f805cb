// Counts what a server reads from its store, and lets a test wait for the next time.

/** Counts the reads of mailboxes, and waits for the next one. */
export function reads(store: { fetch: (...args: never[]) => unknown }) {
  const original = store.fetch;
  let seen = () => {};
  const counter = {
    count: 0,
    next: () =>
      new Promise<void>((resolve) => {
        const before = counter.awaited;
        counter.awaited += 1;
        if (counter.count > before) resolve();
        else seen = resolve;
      }),
    awaited: 0,
  };
  store.fetch = (...args) => {
    counter.count += 1;
    seen();
    return original(...args);
  };
  return counter;
}
