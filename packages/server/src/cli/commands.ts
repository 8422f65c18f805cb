// The commands of `gatehouse`: one table of their arguments and actions. The code of a command is loaded when it runs.

import type { Call } from './call.js';

interface Command {
  readonly about: string;
  /** Names of the arguments that follow the command, besides flags. One in brackets may be missing. */
  readonly operands: readonly string[];
  readonly takesJson?: boolean;
  readonly run: (call: Call) => Promise<void>;
}

export const commands = {
  start: {
    about: 'Runs the server, until a signal ends it. What is done without a command.',
    operands: [],
    run: async (call) => (await import('./start.js')).start(call),
  },
  config: {
    about: 'Shows the settings in effect and where each comes from. Secrets are hidden.',
    operands: [],
    takesJson: true,
    run: async (call) => (await import('./config.js')).showConfig(call),
  },
  backup: {
    about: 'Copies the data folder to DIR, which is new, also while a server works on it. Copying it back restores it.',
    operands: ['DIR'],
    run: async (call) => (await import('./backup.js')).backup(call),
  },
  check: {
    about:
      'Reads through the store of a data folder or a backup, DIR or the one of the settings, also while a server works on it. Lists damaged mailboxes; exit code 1 if anything is damaged.',
    operands: ['[DIR]'],
    run: async (call) => (await import('./check.js')).check(call),
  },
} as const satisfies Record<string, Command>;

export type CommandName = keyof typeof commands;

export const commandOf = (name: CommandName): Command => commands[name];

export const commandNames = Object.keys(commands) as readonly CommandName[];
