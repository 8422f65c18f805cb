// Findings of scans that are reported once: duplicates, files that are gone, and what is no plugin.

import { basename } from 'node:path';
import type { PassedOver } from './found/found-plugin.js';
import type { InstalledPlugin } from './installed-plugin.js';

export interface Finding {
  readonly plugin: string;
  readonly reason: string;
}

/** Receives each finding once. */
export interface FindingsListener {
  /** A scan has found something that operators should know. */
  found(finding: Finding): void;
  /** Entries that are no plugins, found by a scan for the first time. */
  passedOver(entries: readonly PassedOver[]): void;
}

export class FindingsLog {
  readonly #listener: FindingsListener;
  #known: ReadonlySet<string> = new Set();
  #passedOver: ReadonlySet<string> = new Set();

  constructor(listener: FindingsListener) {
    this.#listener = listener;
  }

  /** Reports what the scan before this one did not find. */
  scanned(plugins: readonly InstalledPlugin[], duplicates: readonly InstalledPlugin[]): void {
    const gone = plugins.filter(({ enabled, filesGone }) => enabled && filesGone !== '');
    const findings = [
      ...duplicates.map(({ name: plugin, reason }) => ({ plugin, reason })),
      ...gone.map(({ name: plugin, filesGone: reason }) => ({ plugin, reason })),
    ];
    const before = this.#known;
    this.#known = new Set(findings.map(keyOf));
    for (const finding of findings) if (!before.has(keyOf(finding))) this.#listener.found(finding);
  }

  /** Reports what is no plugin, unless the scan before this one has found it too. Hidden files are nobody's mistake. */
  passedOver(entries: readonly PassedOver[]): void {
    const seen = entries.filter(({ path }) => !basename(path).startsWith('.'));
    const before = this.#passedOver;
    this.#passedOver = new Set(seen.map(keyOfEntry));
    const fresh = seen.filter((entry) => !before.has(keyOfEntry(entry)));
    if (fresh.length > 0) this.#listener.passedOver(fresh);
  }
}

const keyOfEntry = ({ path, why }: PassedOver) => `${path} ${why}`;
const keyOf = ({ plugin, reason }: Finding) => `${plugin} ${reason}`;
