// Decides where the server may listen: in the clear only where nobody else can eavesdrop.

import type { FastifyBaseLogger } from 'fastify';
import { SettingsError } from '../config/read-settings.js';
import { Tls } from './tls.js';

export interface BindingSettings {
  readonly address: string;
  readonly adminAddress: string;
  readonly tlsCert: string | undefined;
  readonly tlsKey: string | undefined;
  readonly insecureBind: boolean;
}

/** Opens the TLS of both ports, if the settings have it. @throws SettingsError before anything listens */
export async function tlsFor(settings: BindingSettings, log: FastifyBaseLogger): Promise<Tls | undefined> {
  const { tlsCert, tlsKey } = settings;
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    throw new SettingsError('tlsCert and tlsKey belong together: set both, or neither');
  }
  if (tlsCert !== undefined && tlsKey !== undefined) return Tls.open(tlsCert, tlsKey, log);
  for (const name of ['address', 'adminAddress'] as const) {
    if (settings.insecureBind || isLoopback(settings[name])) continue;
    throw new SettingsError(
      `${name} is ${settings[name]}, which other machines can reach, and there is no TLS: set tlsCert and tlsKey, or ` +
        'insecureBind if something in front of this server has TLS',
    );
  }
  return undefined;
}

function isLoopback(address: string): boolean {
  return address === 'localhost' || address === '::1' || /^(::ffff:)?127\./i.test(address);
}
