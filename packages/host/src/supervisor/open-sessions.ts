// The server thread's list of a supervisor's sessions, which it ends when the supervisor itself ends.
//
// The server's thread marks them on its own, because it is not in a gate call then. The next call finds them ended and
// does not wait for them. If it sleeps in a call while the supervisor ends, the supervisor's thread marks the sessions
// on its way out. If that is impossible (it hangs, or its heap is exhausted), the call ends by its deadlines, as any.

import { type ChannelHandle, markEnded } from '../channel/index.js';
import { CallPipe } from '../channel/pipe/index.js';
import type { SupervisorEvent } from '../contract/supervisor-contract.js';

interface Open {
  readonly channel: ChannelHandle;
  /** Open in the supervisor's thread, and closed when that ends. */
  readonly callPipe: CallPipe | undefined;
}

export class OpenSessions {
  readonly #open = new Map<number, Open>();
  #areOver = false;

  note(event: SupervisorEvent): void {
    if (event.type === 'session-ended') this.#open.delete(event.session);
    if (event.type !== 'session-opened') return;
    const { session, channel, callPipe } = event;
    this.#open.set(session, { channel, callPipe: callPipe && new CallPipe(callPipe) });
    if (this.#areOver) this.endAll();
  }

  /** Ends all sessions, including any that are still reported later. */
  endAll(): void {
    this.#areOver = true;
    for (const { channel, callPipe } of this.#open.values()) {
      callPipe?.close();
      markEnded(channel);
    }
    this.#open.clear();
  }
}
