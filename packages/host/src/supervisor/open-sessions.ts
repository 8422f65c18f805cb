// The sessions of a supervisor as the server's thread knows them, ended here when the supervisor itself ends.
//
// The server's thread marks them without asking anybody: when it does, it is in no gate call. The next call finds them
// ended, and never waits for them. Of a call in which it sleeps while the supervisor ends, the supervisor's thread has
// marked the sessions on its way out; where it had no chance to (it hangs, or its heap is exhausted), the call ends by its
// deadlines, as each does.

import { type ChannelHandle, markEnded } from '../channel/index.js';
import { CallPipe } from '../channel/pipe/index.js';
import type { SupervisorEvent } from '../contract/supervisor-contract.js';

interface Open {
  readonly channel: ChannelHandle;
  /** Open in the supervisor's thread, and closed by its end. */
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

  /** Nothing is put to any of them any more, nor to one that is still told of. */
  endAll(): void {
    this.#areOver = true;
    for (const { channel, callPipe } of this.#open.values()) {
      callPipe?.close();
      markEnded(channel);
    }
    this.#open.clear();
  }
}
