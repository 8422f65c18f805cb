// The parts that all gates of a host share.

import type { Bell } from '../channel/index.js';
import type { DecisionsInHand } from './decisions-in-hand.js';
import type { FaultWatch } from './fault-watch.js';
import type { Rings } from './rings.js';

export interface GateContext {
  /** The server's bell. One object for the thread, because it counts the thread's sleeps. */
  readonly bell: Bell;
  readonly rings: Rings;
  readonly watch: FaultWatch;
  readonly decisions: DecisionsInHand;
}
