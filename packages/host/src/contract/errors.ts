// The errors of the host: one table of codes, one class.

/** Every code with its meaning. Codes are stable; messages are not. */
export const errorCodes = {
  CODE_GENERATION_OFF: 'Node was started so that no code can be generated, and the checks of manifests are such code',
  EVENT_INVALID: 'an event given to a hook does not have the shape of that hook',
  FASTIFY_MISSING: 'the admin handler needs fastify, which is not installed or too old',
  HOOK_UNKNOWN: 'the table of hooks of the host has no such hook of that kind',
  HOST_CLOSED: 'the host has been closed',
  OPTIONS_INVALID: 'an option given to createHost or to the admin API is wrong',
  PLUGIN_UNKNOWN: 'no plugin of that name was found in the plugin folders',
  PLUGIN_INVALID: 'the folder or manifest of the plugin is broken',
  PLUGIN_NOT_STARTED: 'the plugin could not be started',
  PLUGIN_CONFIG_INVALID: "the configuration does not fit the plugin's schema",
  MANIFEST_INVALID: "the plugin's manifest is wrong",
  STATE_FILE_INVALID: 'the state file cannot be read',
  STATE_FILE_IN_USE: 'another host uses the state file',
  STATE_FILE_WRITE_FAILED: 'the state file cannot be written',
} as const;

export type ErrorCode = keyof typeof errorCodes;

export interface ErrorContext {
  readonly plugin?: string;
  readonly hook?: string;
  readonly cause?: unknown;
}

/** An error of the host itself, identified by its code. */
export class GatehouseError extends Error {
  override readonly name = 'GatehouseError';
  readonly code: ErrorCode;
  readonly plugin?: string;
  readonly hook?: string;

  constructor(code: ErrorCode, message: string, context: ErrorContext = {}) {
    super(message, context.cause === undefined ? undefined : { cause: context.cause });
    this.code = code;
    if (context.plugin !== undefined) this.plugin = context.plugin;
    if (context.hook !== undefined) this.hook = context.hook;
  }
}

/** Returns the message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
