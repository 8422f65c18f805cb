// Numbers the decisions of a host. One sequence for all its gates, because each plugin keeps the number of the decision
// in which it answered last.

export class DecisionNumbers {
  #last = 0;

  next(): number {
    this.#last++;
    return this.#last;
  }
}
