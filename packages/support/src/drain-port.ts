// Closes a port without losing messages that have arrived on it but were not handled yet.

import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';

/** Handles the messages that wait on the port, in order, and closes it. */
export function drainAndClose<T>(port: MessagePort, handle: (message: T) => void): void {
  for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
    handle(next.message as T);
  }
  port.close();
}
