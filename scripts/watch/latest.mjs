// Runs one piece of work at a time, and once more if it was requested meanwhile.

/** Returns a function that runs `work` with all items passed to it since the last run. `work` must not reject. */
export function latest(work) {
  let waiting = [];
  let isBusy = false;
  return async (items) => {
    waiting.push(...items);
    if (isBusy) return;
    isBusy = true;
    while (waiting.length > 0) {
      const all = [...new Set(waiting)];
      waiting = [];
      await work(all);
    }
    isBusy = false;
  };
}
