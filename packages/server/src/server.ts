// The server: the client API on one port and the admin API on another. The caller owns everything passed in.

import type { AdministeredHost } from '@gatehouse/host/admin';
import { type ClientApiOptions, createClientApi } from './client-api/client-api.js';
import { capConnections } from './http/descriptors.js';
import { type Listening, listen } from './http/listen.js';
import {
  certificateCheck,
  clockCheck,
  type DamagedPart,
  damageCheck,
  floorCheck,
  Readiness,
  storeCheck,
} from './http/readiness.js';
import { createAdminPort } from './operator-api/admin-port.js';
import type { TrustedClock } from './store/trusted-clock.js';

export interface ServerOptions extends Omit<ClientApiOptions, 'readiness'> {
  /** The host whose plugins operators see, and the operators' token. Absent: no admin port. */
  readonly admin?: { readonly host: AdministeredHost; readonly token: string };
  /** The clock of the store, whose doubts are reported. */
  readonly clock?: Pick<TrustedClock, 'doubt'>;
  /** The part of the store that is damaged. */
  readonly damaged?: DamagedPart;
  /** Describes a disk with less room than is to be left; undefined as long as there is enough. */
  readonly shortOfRoom?: () => string | undefined;
}

/** `await using` closes it. */
export interface Server extends AsyncDisposable {
  /** Resolves to the URLs. */
  listen(client: Listening, admin?: Listening): Promise<{ readonly client: string; readonly admin?: string }>;
  /** Reports `draining`, and serves on. */
  drains(): void;
  /** Takes no new requests and resolves once those in flight are answered. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function createServer(options: ServerOptions): Promise<Server> {
  const { admin: administered, clock, damaged, shortOfRoom, logger, store, settings, tls } = options;
  const readiness = new Readiness([storeCheck(store)], administered?.host);
  if (damaged !== undefined) readiness.add(damageCheck(damaged));
  if (shortOfRoom !== undefined) readiness.add(floorCheck({ shortOfRoom }));
  if (tls !== undefined) readiness.add(certificateCheck(tls));
  if (clock !== undefined) readiness.add(clockCheck(clock));
  const clientApi = await createClientApi({ ...options, readiness });
  const adminPort =
    administered && (await createAdminPort({ ...administered, store, logger, readiness, settings, tls }));
  const close = async () => {
    readiness.drains();
    // The admin port stays open until the clients' requests are answered.
    await clientApi.close().finally(() => adminPort?.close());
  };
  return {
    listen: async (client, admin) => {
      const refusals = capConnections(clientApi.server, adminPort?.server, logger);
      if (refusals !== undefined) readiness.add(refusals);
      const clientUrl = await listen(clientApi, client, 'settings address and port');
      const adminUrl = admin && adminPort && (await listen(adminPort, admin, 'settings adminAddress and adminPort'));
      readiness.serves();
      return { client: clientUrl, ...(adminUrl !== undefined && { admin: adminUrl }) };
    },
    drains: () => readiness.drains(),
    close,
    [Symbol.asyncDispose]: close,
  };
}
