// Registration and login by OPAQUE: the client's steps, and the requests to the server between them.

import type { client } from '@serenity-kit/opaque';
import { GatehouseError } from '../errors.js';
import { withSteps } from './shared-thread.js';

export type KeyStretching = NonNullable<client.FinishLoginParams['keyStretching']>;

/** Sends a message of OPAQUE to the server, and resolves to its answer. */
export type Ask = (message: string) => Promise<string>;

export class OpaqueExchange {
  readonly #keyStretching: KeyStretching;

  constructor(keyStretching: KeyStretching) {
    this.#keyStretching = keyStretching;
  }

  /** Resolves to the record that the server is to store. */
  register(password: string, ask: Ask): Promise<string> {
    return withSteps(async (steps) => {
      const { clientRegistrationState, registrationRequest } = await steps.startRegistration({ password });
      const registrationResponse = await ask(registrationRequest);
      const keyStretching = this.#keyStretching;
      const finished = await readable(
        steps.finishRegistration({ clientRegistrationState, registrationResponse, password, keyStretching }),
      );
      return finished.registrationRecord;
    });
  }

  /** Resolves to the message that proves the password to the server; undefined when the password is wrong. */
  login(password: string, ask: Ask): Promise<string | undefined> {
    return withSteps(async (steps) => {
      const { clientLoginState, startLoginRequest } = await steps.startLogin({ password });
      const loginResponse = await ask(startLoginRequest);
      const keyStretching = this.#keyStretching;
      const finished = await readable(steps.finishLogin({ clientLoginState, loginResponse, password, keyStretching }));
      return finished?.finishLoginRequest;
    });
  }
}

async function readable<T>(finishing: Promise<T>): Promise<T> {
  try {
    return await finishing;
  } catch (cause) {
    throw new GatehouseError('UNREADABLE_ANSWER', { detail: 'the OPAQUE message of the server', cause });
  }
}
