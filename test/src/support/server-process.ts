// The server as operators run it: a separate process, with its settings in the environment.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { type Settings, settingTable, variableOf } from '@gatehouse/server';
import type { ServerLog } from './server-log.js';

export type SettingTexts = { readonly [N in keyof Settings]?: string };

/** The command of the server. */
export const program = fileURLToPath(new URL('main.js', import.meta.resolve('@gatehouse/server')));

export class ServerProcess {
  readonly #child: ChildProcess;
  readonly #log: ServerLog;
  /** Resolves to a description of how the process ended. */
  readonly #ended: Promise<string>;

  /** `node`: arguments for Node; by default only the server. */
  constructor(settings: SettingTexts, log: ServerLog, node: readonly string[] = [program]) {
    // Its own process group: the tour handles Ctrl-C, or the server would get it twice.
    this.#child = spawn(process.execPath, node, {
      env: environment(settings),
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.#log = log;
    for (const output of [this.#child.stdout, this.#child.stderr]) read(output!, log);
    this.#ended = once(this.#child, 'close').then(([code, signal]) => String(signal ?? `exit code ${code}`));
    void this.#ended.then((how) => log.end(`the server has ended: ${how}`));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Resolves to its URL for clients, once it listens. Rejects when it ends instead. */
  async url(): Promise<string> {
    const [, url = ''] = await this.#announced(/^clients: (\S+)\/v1 /);
    return url;
  }

  /** Resolves to its addresses, once it listens. Rejects when it ends instead. */
  async addresses(): Promise<{ readonly url: string; readonly adminUrl: string; readonly adminToken: string }> {
    const url = await this.url();
    const [, adminUrl = '', file = ''] = await this.#announced(/^operators: (\S+) \(the token is in (.+)\)$/);
    return { url, adminUrl, adminToken: (await readFile(file, 'utf8')).trim() };
  }

  /** Resolves to a description of how it ended, once it has. */
  get ended(): Promise<string> {
    return this.#ended;
  }

  /** Sends a signal to the process, without waiting for its effect. */
  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Asks it to end, and resolves to how it did. */
  close(): Promise<string> {
    this.#child.kill('SIGTERM');
    return this.#ended;
  }

  /** Kills it, if it still runs. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  async #announced(pattern: RegExp): Promise<RegExpMatchArray> {
    const line = await this.#log.line(({ msg }) => pattern.test(msg));
    return line.msg.match(pattern)!;
  }
}

/** Returns the environment of this process, with these settings and no others. */
function environment(settings: SettingTexts): NodeJS.ProcessEnv {
  const names = Object.keys(settingTable) as (keyof SettingTexts)[];
  return { ...process.env, ...Object.fromEntries(names.map((name) => [variableOf(name), settings[name]])) };
}

function read(output: Readable, log: ServerLog): void {
  createInterface({ input: output }).on('line', (text) => log.add(text));
}
