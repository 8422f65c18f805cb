// The look-ups that every request needs, its session and its channel, at hand: the store is not asked each time.

import { BoundedMap } from '@gatehouse/support/bounded-map';
import type { Channel, Session, Store } from './store.js';

/**
 * How long a session counts as it was read, in ms. What ends or changes through this server holds at once; a session that
 * another server ends is still used here for so long.
 */
export const staleMs = 5_000;
/** About 5 MB each. */
const most = 10_000;

/** `now`: a clock in ms that only goes forward. */
export function withLookUps<S extends Store>(store: S, now: () => number = () => performance.now()): S {
  const sessions = new Sessions(store, now);
  // A channel never changes, and is never removed.
  const channels = new BoundedMap<string, Channel>(most);
  return {
    ...store,
    session: (tokenHash) => sessions.get(tokenHash),
    addSession: (tokenHash, session, most) => sessions.add(() => store.addSession(tokenHash, session, most), tokenHash),
    renewSession: (tokenHash, expiresAt) => sessions.change(() => store.renewSession(tokenHash, expiresAt), tokenHash),
    removeSession: (tokenHash) => sessions.change(() => store.removeSession(tokenHash), tokenHash),
    removeSessionsOf: (identityKey) => sessions.changeAll(() => store.removeSessionsOf(identityKey)),
    channel: async (id) => {
      const name = nameOf(id);
      const found = channels.get(name) ?? (await store.channel(id));
      if (found !== undefined) channels.set(name, found);
      return found;
    },
  };
}

interface Known {
  readonly session: Session;
  readonly readAt: number;
}

class Sessions {
  readonly #store: Store;
  readonly #now: () => number;
  readonly #known = new BoundedMap<string, Known>(most);
  /** Number of changes that have begun or ended: a session that was read across one is not kept. */
  #changes = 0;

  constructor(store: Store, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  async get(tokenHash: Uint8Array): Promise<Session | undefined> {
    const name = nameOf(tokenHash);
    const known = this.#known.get(name);
    if (known !== undefined && this.#now() - known.readAt < staleMs) return known.session;
    const [changes, readAt] = [this.#changes, this.#now()];
    const session = await this.#store.session(tokenHash);
    if (session !== undefined && changes === this.#changes) this.#known.set(name, { session, readAt });
    return session;
  }

  /** Makes a change of one session. */
  change<T>(make: () => Promise<T>, tokenHash: Uint8Array): Promise<T> {
    return this.#around(make, () => this.#known.delete(nameOf(tokenHash)));
  }

  /** Opens one session, which may end others. */
  async add(make: () => Promise<readonly Uint8Array[]>, tokenHash: Uint8Array): Promise<readonly Uint8Array[]> {
    const ended = await this.change(make, tokenHash);
    for (const hash of ended) this.#known.delete(nameOf(hash));
    return ended;
  }

  changeAll<T>(make: () => Promise<T>): Promise<T> {
    return this.#around(make, () => this.#known.clear());
  }

  /** Forgets before, so that nobody relies on what is about to change, and after, whatever came of it. */
  async #around<T>(make: () => Promise<T>, forget: () => void): Promise<T> {
    this.#changes += 1;
    forget();
    try {
      return await make();
    } finally {
      this.#changes += 1;
      forget();
    }
  }
}

function nameOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}
