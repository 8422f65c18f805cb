// A decision about one message that is given later than it was asked for.

import type { Decide, Decided, Verdict } from '@gatehouse/server';

export class LateDecision {
  readonly decide: Decide;
  readonly isAsked: Promise<void>;
  give: (verdict: Verdict) => void = () => {};

  constructor() {
    const decided = new Promise<Decided>((resolve) => {
      this.give = (verdict) => resolve({ verdicts: [verdict] });
    });
    let isAsked = () => {};
    this.isAsked = new Promise((resolve) => {
      isAsked = resolve;
    });
    this.decide = () => {
      isAsked();
      return decided;
    };
  }
}
