// Findings of scans that are reported once: duplicates, and files that are gone.

import type { InstalledPlugin } from './installed-plugin.js';

export interface Finding {
  readonly plugin: string;
  readonly reason: string;
}

export class FindingsLog {
  readonly #report: (finding: Finding) => void;
  #known: ReadonlySet<string> = new Set();

  constructor(report: (finding: Finding) => void) {
    this.#report = report;
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
    for (const finding of findings) if (!before.has(keyOf(finding))) this.#report(finding);
  }
}

const keyOf = ({ plugin, reason }: Finding) => `${plugin} ${reason}`;
