// The processes of one plugin: each session lives in one of its own.

import type { LogRecord, SessionStart } from '../session/session-start.js';
import type { PluginSpec } from './control.js';
import { PluginProcess } from './plugin-process.js';
import type { SessionHome } from './session-home.js';
import type { Standing } from './stack-sample.js';

export class ProcessHome implements SessionHome {
  readonly #spec: PluginSpec;
  readonly #onRecord: (record: LogRecord) => void;
  readonly #living = new Set<PluginProcess>();

  constructor(spec: PluginSpec, onRecord: (record: LogRecord) => void) {
    this.#spec = spec;
    this.#onRecord = onRecord;
  }

  async run(start: SessionStart, signal: AbortSignal): Promise<void> {
    const child = new PluginProcess(this.#spec, start, this.#onRecord);
    this.#living.add(child);
    signal.addEventListener('abort', () => child.kill(signal.reason));
    try {
      await child.ended;
    } finally {
      this.#living.delete(child);
    }
  }

  /** Node's inspector is closed to who lives under its permissions; what it had in hand is known all the same. */
  async whereItStands(id: number): Promise<Standing> {
    await [...this.#living].find(({ pid }) => pid === id)?.account();
    return { exact: false, words: 'where it stood cannot be seen from outside of its process' };
  }

  /** What a process takes is watched from outside. */
  threadOf(): undefined {}

  async destroy(): Promise<void> {
    const living = [...this.#living];
    for (const child of living) child.kill(new Error('stopped'));
    await Promise.all(living.map((child) => child.gone()));
  }
}
