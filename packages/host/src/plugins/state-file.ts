// Remembers across restarts which plugins are enabled, and what they implement: a small JSON file, replaced as a whole
// at every change.

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { replaceFile } from '@gatehouse/support/replace-file';
import { GatehouseError, messageOf } from '../contract/errors.js';

/** The reason and the time at which a plugin was given up. */
export interface Quarantine {
  readonly reason: string;
  /** In ISO 8601. */
  readonly since: string;
}

/** The remembered state of one plugin. Unknown keys are kept, because a newer version may have written them. */
export interface Remembered {
  /** The last choice of an operator; absent if there was none. */
  readonly enabled?: boolean;
  /** The hooks that it last implemented, in case it does not start the next time. */
  readonly hooks?: readonly string[];
  /** The place at which it was enabled: the entry of a plugin folder, and that folder. See identity.ts. */
  readonly place?: string;
  readonly folder?: string;
  /** Set if it crashed too often and no operator has released it yet. */
  readonly quarantine?: Quarantine | undefined;
}

/** The remembered state of all plugins. */
export interface StateFile {
  of(name: string): Remembered;
  /** Names of the plugins that operators have enabled. */
  enabled(): readonly string[];
  /**
   * Changes the keys of `change` and keeps the rest. Resolves once it is on disk.
   * @throws GatehouseError STATE_FILE_WRITE_FAILED, in which case nothing has changed.
   */
  remember(name: string, change: Remembered): Promise<void>;
  /**
   * Does the same, but takes effect in memory at once, even if the write fails; the next write makes up for it.
   * @throws GatehouseError STATE_FILE_WRITE_FAILED
   */
  hold(name: string, change: Remembered): Promise<void>;
  /** Writes the changes that are not on disk yet, if any. @throws GatehouseError STATE_FILE_WRITE_FAILED */
  catchUp(): Promise<void>;
  /** By plugin with changes that are not on disk: the reason why they could not be written. */
  readonly notWritten: ReadonlyMap<string, string>;
}

type Plugins = ReadonlyMap<string, Remembered>;

const version = 1;

/** Some editors put it in front of a text; JSON has none. */
const byteOrderMark = /^\uFEFF/;

/**
 * Opens the state file at `path`, which need not exist yet. Without a path, the state is kept in memory only.
 * `mayWrite` throws when the file has become another host's.
 * @throws GatehouseError STATE_FILE_INVALID if it exists and cannot be parsed. It is never treated as empty, because
 * a plugin that guards the gate would silently be off.
 */
export async function openStateFile(
  path: string | undefined,
  mayWrite: () => Promise<void> = async () => {},
): Promise<StateFile> {
  if (path === undefined) return new RememberedState(new Map(), async () => {});
  const file = resolve(path);
  return new RememberedState(await readStateFile(file), async (plugins) => {
    await mayWrite();
    await writePlugins(file, plugins);
  });
}

class RememberedState implements StateFile {
  #plugins: Plugins;
  /** The plugins as last written. */
  #onDisk: Plugins;
  #failure = '';
  readonly #write: (plugins: Plugins) => Promise<void>;
  /** The end of the queue of writes: each begins when the previous one has succeeded or failed. */
  #queue: Promise<void> = Promise.resolve();

  constructor(plugins: Plugins, write: (plugins: Plugins) => Promise<void>) {
    this.#plugins = plugins;
    this.#onDisk = plugins;
    this.#write = write;
  }

  of(name: string): Remembered {
    return this.#plugins.get(name) ?? {};
  }

  enabled(): readonly string[] {
    return [...this.#plugins].filter(([, { enabled }]) => enabled).map(([name]) => name);
  }

  get notWritten(): ReadonlyMap<string, string> {
    // A write under way has not failed.
    if (this.#failure === '') return new Map();
    const held = [...this.#plugins].filter(([name, one]) => !isDeepStrictEqual(this.#onDisk.get(name), one));
    return new Map(held.map(([name]) => [name, this.#failure]));
  }

  remember(name: string, change: Remembered): Promise<void> {
    return this.#enqueue(async () => {
      await this.#replace(changed(this.#plugins, name, change));
      this.#plugins = changed(this.#plugins, name, change);
    });
  }

  hold(name: string, change: Remembered): Promise<void> {
    this.#plugins = changed(this.#plugins, name, change);
    return this.catchUp();
  }

  catchUp(): Promise<void> {
    return this.#enqueue(() => this.#replace(this.#plugins));
  }

  #enqueue(act: () => Promise<void>): Promise<void> {
    const done = this.#queue.then(act);
    this.#queue = done.catch(() => {});
    return done;
  }

  async #replace(plugins: Plugins): Promise<void> {
    if (isDeepStrictEqual(this.#onDisk, plugins)) return;
    try {
      await this.#write(plugins);
    } catch (error) {
      this.#failure = messageOf(error);
      throw error;
    }
    this.#onDisk = plugins;
    this.#failure = '';
  }
}

function changed(plugins: Plugins, name: string, change: Remembered): Plugins {
  return new Map(plugins).set(name, { ...plugins.get(name), ...change });
}

async function writePlugins(file: string, plugins: Plugins): Promise<void> {
  const text = `${JSON.stringify({ version, plugins: Object.fromEntries(plugins) }, null, 2)}\n`;
  try {
    await replaceFile(file, text);
  } catch (error) {
    const message = `the state file ${file} cannot be written: ${messageOf(error)}`;
    throw new GatehouseError('STATE_FILE_WRITE_FAILED', message, { cause: error });
  }
}

/** Returns an empty map for a file that does not exist. @throws GatehouseError STATE_FILE_INVALID */
export async function readStateFile(file: string): Promise<Plugins> {
  try {
    return parsePlugins(JSON.parse((await readFile(file, 'utf8')).replace(byteOrderMark, '')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    const advice = 'mend it, or remove it to begin with what the options say';
    const message = `the state file ${file} cannot be read: ${messageOf(error)}; ${advice}`;
    throw new GatehouseError('STATE_FILE_INVALID', message, { cause: error });
  }
}

function parsePlugins(parsed: unknown): Plugins {
  const state = objectAt(parsed, 'the file');
  if (state.version !== version) {
    throw new Error(`version: expected ${version}, got ${JSON.stringify(state.version) ?? 'none'}`);
  }
  const plugins = Object.entries(objectAt(state.plugins, 'plugins'));
  return new Map(plugins.map(([name, value]) => [name, rememberedAt(value, `plugins.${name}`)]));
}

function rememberedAt(value: unknown, where: string): Remembered {
  const remembered = objectAt(value, where);
  if (!['boolean', 'undefined'].includes(typeof remembered.enabled)) {
    throw new Error(`${where}.enabled: expected true or false`);
  }
  const { hooks = [], place = '', folder = '' } = remembered;
  if (typeof place !== 'string' || typeof folder !== 'string') {
    throw new Error(`${where}: expected place and folder to be text`);
  }
  if (!Array.isArray(hooks) || !hooks.every((hook) => typeof hook === 'string')) {
    throw new Error(`${where}.hooks: expected a list of names`);
  }
  const { reason = '', since = '' } = objectAt(remembered.quarantine ?? {}, `${where}.quarantine`);
  if (typeof reason !== 'string' || typeof since !== 'string') {
    throw new Error(`${where}.quarantine: expected a reason and a time`);
  }
  return remembered;
}

function objectAt(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new Error(`${where}: expected an object`);
}
