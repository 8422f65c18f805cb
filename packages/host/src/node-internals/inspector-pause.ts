// Locates a thread by the debugger, on a Node that cannot profile another thread. It uses the main thread's
// inspector, which answers even while that thread sleeps in the gate. A thread with permission flags has no inspector.
// Checked on Node 20.20, 24.21 and 26.12; a test named "Node still …" holds it.

import { Session } from 'node:inspector';
import type { Worker } from 'node:worker_threads';

/** One frame of the paused stack. */
export interface PausedFrame {
  readonly name: string;
  readonly url: string;
  /** From 1. */
  readonly line: number;
}

interface Attached {
  readonly sessionId: string;
  readonly workerInfo: { readonly title: string };
}

interface Said {
  readonly method?: string;
  readonly params?: {
    readonly scriptId?: string;
    readonly url?: string;
    readonly callFrames?: readonly {
      readonly functionName: string;
      readonly location: { readonly scriptId: string; readonly lineNumber: number };
    }[];
  };
}

/** Returns the current stack, top first; undefined if the thread cannot be inspected. `until` ends the wait. */
export async function pausedStack(worker: Worker, until: AbortSignal): Promise<readonly PausedFrame[] | undefined> {
  const session = new Session();
  session.connectToMainThread();
  try {
    const sessionId = await attach(session, worker.threadId);
    if (sessionId === undefined) return undefined;
    const paused = framesOf(session, sessionId, until);
    for (const method of ['Debugger.enable', 'Debugger.pause']) say(session, sessionId, method);
    return await paused.finally(() => say(session, sessionId, 'Debugger.resume'));
  } finally {
    session.disconnect();
  }
}

/** Returns the thread's inspector session, which is announced before the call that requests all sessions returns. */
async function attach(session: Session, threadId: number): Promise<string | undefined> {
  let found: string | undefined;
  session.on('NodeWorker.attachedToWorker', ({ params }: { params: Attached }) => {
    if (Number(/\d+/.exec(params.workerInfo.title)?.[0]) === threadId) found = params.sessionId;
  });
  await new Promise<void>((resolve, reject) => {
    session.post('NodeWorker.enable', { waitForDebuggerOnStart: false }, (error) =>
      error ? reject(error) : resolve(),
    );
  });
  return found;
}

let messages = 0;

function say(session: Session, sessionId: string, method: string): void {
  const message = JSON.stringify({ id: ++messages, method });
  session.post('NodeWorker.sendMessageToWorker', { sessionId, message }, () => {});
}

function framesOf(session: Session, sessionId: string, until: AbortSignal): Promise<readonly PausedFrame[]> {
  const urls = new Map<string, string>();
  return new Promise((resolve) => {
    until.addEventListener('abort', () => resolve([]));
    session.on('NodeWorker.receivedMessageFromWorker', ({ params: got }) => {
      if (got.sessionId !== sessionId) return;
      const { method, params = {} } = JSON.parse(got.message) as Said;
      if (method === 'Debugger.scriptParsed') urls.set(params.scriptId ?? '', params.url ?? '');
      if (method !== 'Debugger.paused') return;
      resolve(
        (params.callFrames ?? []).map(({ functionName: name, location }) => {
          return { name, url: urls.get(location.scriptId) ?? '', line: location.lineNumber + 1 };
        }),
      );
    });
  });
}
