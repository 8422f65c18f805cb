// What a promise of a store is: a sentence, and a trial that throws when the store breaks it.

import type { Place } from './place.js';

export type Trial = (place: Place) => Promise<void>;

/** Trials by the sentence that they hold a store to. */
export type Promises = Readonly<Record<string, Trial>>;
