// What a check of an embedded store has found. It crosses a border between processes.

export interface StoreReport {
  /** Damage of the store itself, each as the place and what is found there. With any, no server may use the store. */
  readonly faults: readonly string[];
  /** Damaged mailboxes as ranges of keys, each as hexadecimal digits. */
  readonly damaged: readonly { readonly from: string; readonly to: string }[];
  /** The keys of those that are known by their records. */
  readonly damagedMailboxes: readonly string[];
  readonly mailboxes: number;
  readonly messages: number;
}

export interface CheckProgress {
  readonly pagesRead: number;
  /** Pages of the file. Some are free, and are not read. */
  readonly pages: number;
}

export const emptyReport: StoreReport = { faults: [], damaged: [], damagedMailboxes: [], mailboxes: 0, messages: 0 };
