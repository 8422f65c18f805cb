// The server: the client API on one port and the admin API on another. What it works with belongs to its caller.

import type { AdministeredHost } from '@gatehouse/host/admin';
import { createAdminPort } from './admin-port.js';
import { type ClientApiOptions, createClientApi } from './client-api.js';

export interface ServerOptions extends ClientApiOptions {
  /** Whose plugins operators see, and their token. Without it there is no admin port. */
  readonly admin?: { readonly host: AdministeredHost; readonly token: string };
}

export interface Listening {
  readonly address: string;
  /** 0: a free one. */
  readonly port: number;
}

export interface Server {
  /** Resolves to the URLs. */
  listen(client: Listening, admin?: Listening): Promise<{ readonly client: string; readonly admin?: string }>;
  /** Takes no new requests and resolves once those in flight are answered. */
  close(): Promise<void>;
}

export async function createServer(options: ServerOptions): Promise<Server> {
  const { admin: administered, logger, store } = options;
  const clientApi = await createClientApi(options);
  const adminPort = administered && (await createAdminPort({ ...administered, store, logger }));
  return {
    listen: async (client, admin) => {
      const clientUrl = await clientApi.listen({ host: client.address, port: client.port });
      if (!adminPort || !admin) return { client: clientUrl };
      return { client: clientUrl, admin: await adminPort.listen({ host: admin.address, port: admin.port }) };
    },
    close: async () => {
      await Promise.all([clientApi.close(), adminPort?.close()]);
    },
  };
}
