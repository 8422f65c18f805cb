// Keeps its handlers on the prototype of a class.

import { Continue, Reject } from '@gatehouse/plugin-api';

class Limiter {
  apiVersion = 1;
  #max = 10;

  onMessageEnqueue({ payloadLen }) {
    return payloadLen > this.#max ? Reject(`more than ${this.#max}`) : Continue;
  }
}

export default new Limiter();
