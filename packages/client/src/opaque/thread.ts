// The interface of a thread for OPAQUE, on any platform.

import type { Remote } from 'comlink';
import type { Steps } from './steps.js';

export interface Thread {
  readonly steps: Remote<Steps>;
  /** Rejects when the thread dies, or cannot be loaded. */
  readonly failed: Promise<never>;
  end(): void;
}
