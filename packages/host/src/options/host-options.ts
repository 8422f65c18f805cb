// The options of a host.

import type { Logger } from 'pino';
import type { WaitMode } from '../channel/index.js';
import type { ChainOrder } from '../contract/chain-order.js';
import type { Isolation } from '../contract/isolation.js';
import type { PolicyWish } from '../contract/policy.js';
import type { Niceness } from '../contract/thread-contract.js';
import type { Grants } from '../plugins/grants.js';

export interface HostOptions {
  /** Folders to look for plugins in. Each entry of a folder is a plugin: a folder with a manifest, or a .js/.mjs file. */
  readonly plugins: readonly string[];
  /** Where enabled and disabled are remembered. Without it they are forgotten when the host closes. */
  readonly stateFile?: string;
  /** Names of the plugins that are enabled when nothing is remembered of them. Default: none. */
  readonly enabled?: readonly string[];
  /** The operator's configuration by plugin name; laid over the defaults of the manifest. */
  readonly config?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /**
   * What it counts as when a plugin gives no verdict, by plugin name: for all causes, or for each. What is said here
   * goes before the plugin's manifest; where neither says anything the message is deferred.
   */
  readonly policies?: Readonly<Record<string, PolicyWish>>;
  /**
   * What plugins are granted of the permissions that their manifests ask for, by plugin name; 'as-asked': all of them.
   * Default: nothing.
   */
  readonly grants?: Grants;
  /** The folder in which plugins that may keep files get a folder each. Without it none may. */
  readonly pluginData?: string;
  /** What plugins live in, by plugin name. Default: what the manifest says, but never less than 'hardened-thread'. */
  readonly isolation?: Readonly<Record<string, Isolation>>;
  /**
   * By how much the CPU priority of plugins is lower than the host's, from 0 to 19 (Linux only): of those that answer
   * gate calls, for which the server waits (default 1), and of those that only observe (default 10).
   */
  readonly niceness?: Partial<Niceness>;
  /**
   * How long the host's start waits for the enabled plugins, in ms. What is still starting then is waited for no
   * longer: until it is ready its gate calls count as `unavailable`. Default 2000.
   */
  readonly readyMs?: number;
  /** Default: a pino logger that writes to stdout. */
  readonly logger?: Logger;
  readonly gate?: {
    /** The longest that one gate call blocks the calling thread, in ms, however many plugins are asked. Default 100. */
    readonly budgetMs?: number;
    /** How long a plugin that missed its deadline may go on before it is replaced, in ms. Default 1000. */
    readonly graceMs?: number;
    /** Most messages in one blocking call. Default 64. */
    readonly callMax?: number;
    /** In which way the plugins of the chain are asked. Default 'sequential'. */
    readonly chain?: ChainOrder;
    /**
     * How the threads wait for each other. Default 'adaptive': they spin for some microseconds where that has been
     * paying, and sleep otherwise. 'park' never spins; `{ spinUs }` always does, for so long.
     */
    readonly wait?: WaitMode;
  };
  readonly observers?: {
    /** Room for events that wait for one thread of a plugin, in bytes; a power of two. Default 1 MiB. */
    readonly ringBytes?: number;
  };
}
