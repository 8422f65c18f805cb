// Closes a port without losing what has arrived on it and was not handled yet.

import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';

/** Hands over what waits on the port, in order, and closes it. */
export function drainAndClose<T>(port: MessagePort, handle: (message: T) => void): void {
  for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
    handle(next.message as T);
  }
  port.close();
}
