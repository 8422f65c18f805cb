// A port whose other end is held by a plugin's thread: only messages of the expected shape get through.
//
// A plugin can find the ports of its own session among the handles of its thread, and post anything there. The first
// message that our own code in that thread would never post closes the port and ends the session.

import type { MessagePort } from 'node:worker_threads';
import type { Endpoint } from 'comlink';
import { type LogRecord, logLevels } from '../contract/session-contract.js';

/** Handles messages that `isExpected`. Calls `onOther` at the first other one, or one that cannot be handled. */
export function listen<T>(
  port: MessagePort,
  isExpected: (message: unknown) => message is T,
  handle: (message: T) => void,
  onOther: () => void,
): void {
  port.on('message', (message: unknown) => {
    try {
      if (isExpected(message)) return handle(message);
    } catch {
      // For example, a record that cannot be copied because it contains a port.
    }
    port.close();
    onOther();
  });
}

/** Wraps the port for comlink, which receives replies only. */
export function replyEndpoint(port: MessagePort, onOther: () => void): Endpoint {
  return {
    postMessage: (message: unknown) => port.postMessage(message),
    addEventListener: (_, listener) => {
      const hear = 'handleEvent' in listener ? listener.handleEvent.bind(listener) : listener;
      listen(port, isReply, (data) => hear({ data } as MessageEvent), onOther);
    },
    removeEventListener: () => {},
  };
}

export function isRecord(message: unknown): message is LogRecord {
  if (!isObject(message)) return false;
  const { level, fields, message: text } = message;
  return logLevels.includes(level as LogRecord['level']) && isObject(fields) && typeof text === 'string';
}

interface Reply {
  readonly id: string;
  readonly type: string;
}

/** Whether it is a value or a thrown error, the only kinds of reply that a session gives. */
function isReply(message: unknown): message is Reply {
  if (!isObject(message) || typeof message.id !== 'string') return false;
  if (message.type === 'RAW') return true;
  return message.type === 'HANDLER' && message.name === 'throw' && isObject(message.value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
