// Cuts off clients that do not read: ends connections and HTTP/2 streams whose writes make no progress.

import { constants, type Http2Session, type ServerHttp2Stream } from 'node:http2';
import { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { after } from '@gatehouse/support/timer';
import type { FastifyInstance } from 'fastify';

/** Longest interval of checking writes, in ms. */
const lookMs = 1_000;

type Written = Socket | ServerHttp2Stream;

interface Progress {
  /** Grows with what was written. */
  readonly mark: () => number;
  seen: number;
  /** When the mark reached `seen`, or nothing was left to write. */
  since: number;
}

/** Cuts off clients that read nothing of what was written to them for `withinMs`. */
export function limitWrites(app: FastifyInstance, withinMs: number): void {
  const written = new Map<Written, Progress>();
  const sockets = new WeakMap<Http2Session, Socket>();
  let secured: Socket | undefined;
  const watch = (one: Written, mark: () => number) => {
    written.set(one, { mark, seen: 0, since: performance.now() });
    one.once('close', () => written.delete(one));
  };
  const watchSocket = (socket: Socket) => watch(socket, () => socket.bytesWritten - socket.writableLength);
  app.server.on('connection', watchSocket);
  app.server.prependListener('secureConnection', (socket: TLSSocket) => {
    watchSocket(socket);
    secured = socket;
  });
  // Emitted during `secureConnection`, so `secured` is its socket.
  app.server.on('session', (session: Http2Session) => sockets.set(session, secured!));
  app.server.on('stream', (stream: ServerHttp2Stream) => {
    let drains = 0;
    stream.on('drain', () => {
      drains += 1;
    });
    watch(stream, () => drains);
  });
  const timer = setInterval(
    () => {
      const cut = stuck(written, withinMs);
      for (const one of cut) {
        if (one instanceof Socket) endSocket(one);
        else endStream(one, one.session && sockets.get(one.session), withinMs);
        written.delete(one);
      }
      if (cut.length > 0)
        app.log.info({ cut: cut.length }, `clients that took nothing for ${withinMs / 1_000} s were cut off`);
    },
    Math.min(lookMs, withinMs / 4),
  ).unref();
  app.addHook('onClose', async () => clearInterval(timer));
}

/** Returns those that have taken nothing for `withinMs`. */
function stuck(written: ReadonlyMap<Written, Progress>, withinMs: number): readonly Written[] {
  const now = performance.now();
  const found: Written[] = [];
  for (const [one, progress] of written) {
    const mark = progress.mark();
    if (one.writableLength === 0 || mark !== progress.seen) {
      progress.seen = mark;
      progress.since = now;
    } else if (now - progress.since >= withinMs) found.push(one);
  }
  return found;
}

/**
 * Cancels the stream. If the session does not answer a ping either, the client reads nothing at all, and the connection
 * is cut: destroying the session would wait until everything written is read.
 */
function endStream(stream: ServerHttp2Stream, socket: Socket | undefined, withinMs: number): void {
  const { session } = stream;
  stream.close(constants.NGHTTP2_CANCEL);
  if (session === undefined || session.destroyed) return;
  session.ping(after(withinMs, () => socket?.destroy(), { keepsAlive: false }));
}

/** Resets the socket, so that the system discards what it has not sent; a TLS socket has no reset. */
function endSocket(socket: Socket): void {
  if ('encrypted' in socket) socket.destroy();
  else socket.resetAndDestroy();
}
