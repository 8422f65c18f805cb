// The chat: asks the plugins who may join and what may be said, and tells them what was.

import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createHost } from '@gatehouse/host';
import { chat as hooks } from 'chat-hooks';
import { WebSocket, WebSocketServer } from 'ws';
import { refusalOf } from './refusal.js';

/**
 * Listens on a port, with the plugins of the folder `plugins`, which may keep files in `folder`. `hostOptions` adds to
 * the options of its host.
 *
 * @param {{ port?: number, folder?: string, hostOptions?: Partial<import('@gatehouse/host').HostOptions> }} [options]
 */
export async function startChat({ port = 8080, folder = 'data', hostOptions = {} } = {}) {
  const host = await createHost({
    logger: console,
    // On a busy machine plugins take longer than the 2 s for which a host waits unless told so.
    readyMs: 30_000,
    ...hostOptions,
    hooks,
    plugins: [fileURLToPath(new URL('plugins', import.meta.url)), ...(hostOptions.plugins ?? [])],
    enabled: ['manners', 'transcript', ...(hostOptions.enabled ?? [])],
    pluginData: folder,
    grants: { transcript: 'as-asked' },
  });
  const server = new WebSocketServer({ port, maxPayload: 16 * 1024 });
  const rooms = new Rooms(host);
  server.on('connection', (socket, request) => {
    // A client that breaks the protocol is disconnected by ws.
    socket.on('error', () => {});
    rooms.join(socket, request);
  });
  await once(server, 'listening');
  return {
    host,
    port: /** @type {import('node:net').AddressInfo} */ (server.address()).port,
    async close() {
      for (const client of server.clients) client.terminate();
      await new Promise((resolve) => server.close(() => resolve(undefined)));
      await host.close();
    },
  };
}

/** Who is in which room. */
class Rooms {
  #host;
  /** @type {Map<string, Set<WebSocket>>} */
  #members = new Map();

  /** @param {import('@gatehouse/host').HostOf<typeof hooks.rows>} host */
  constructor(host) {
    this.#host = host;
  }

  /**
   * @param {WebSocket} socket
   * @param {import('node:http').IncomingMessage} request its URL is /ROOM?user=NAME
   */
  join(socket, request) {
    const [path = '', query] = String(request.url).split('?', 2);
    const room = path.slice(1);
    const user = new URLSearchParams(query).get('user') ?? '';
    const address = request.socket.remoteAddress ?? '';
    const refusal = refusalOf(() => this.#host.ask('onJoin', { room, user, address }));
    if (refusal !== undefined) {
      send(socket, { refused: refusal.refused });
      socket.close(refusal.closeCode);
      return;
    }
    const members = this.#members.get(room) ?? new Set();
    this.#members.set(room, members.add(socket));
    socket.on('message', (data) => this.#say(socket, { room, user, words: String(data) }));
    socket.on('close', () => {
      members.delete(socket);
      if (members.size === 0) this.#members.delete(room);
    });
    send(socket, { joined: room });
  }

  /**
   * @param {WebSocket} socket
   * @param {{ room: string, user: string, words: string }} line
   */
  #say(socket, line) {
    const refusal = refusalOf(() => this.#host.ask('onSay', line));
    if (refusal !== undefined) return send(socket, { refused: refusal.refused });
    for (const member of this.#members.get(line.room) ?? []) send(member, { from: line.user, words: line.words });
    this.#host.tell('onSaid', line);
  }
}

/**
 * @param {WebSocket} socket
 * @param {object} message
 */
function send(socket, message) {
  if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}
