// Runs one piece of work at a time, and once more when it was asked for meanwhile.

/** Returns a function that runs `work` with all that it was called with since the last run. `work` never rejects. */
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
