// The time at which every trial begins, and clocks that are a millisecond off from then on.

export const begin = 1_000;
export const late = (now: number): number => (now > begin ? now - 1 : now);
export const early = (now: number): number => (now > begin ? now + 1 : now);
