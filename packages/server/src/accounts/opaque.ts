// The server's side of OPAQUE (RFC 9807): its answer to each message of a client. Independent of the store and of HTTP.

import * as opaque from '@serenity-kit/opaque';
import { decodedLength } from '../wire/bytes.js';
import { Problem } from '../wire/problems.js';

/** Length of each message of a client, in bytes. The library would ignore any bytes beyond. */
const messageBytes = {
  registrationRequest: 32,
  registrationRecord: 192,
  startLoginRequest: 96,
  finishLoginRequest: 64,
};

/** A login between its two steps. The state is a secret of the server. */
export interface LoginBegun {
  readonly loginResponse: string;
  readonly serverLoginState: string;
}

export class OpaqueServer {
  readonly #serverSetup: string;

  private constructor(serverSetup: string) {
    this.#serverSetup = serverSetup;
  }

  /** `serverSetup` comes from `createOpaqueSetup`; with a different one nobody who registered can log in. */
  static async load(serverSetup: string): Promise<OpaqueServer> {
    await opaque.ready;
    return new OpaqueServer(serverSetup);
  }

  answerRegistration(username: string, registrationRequest: string): string {
    checkLength('registrationRequest', registrationRequest);
    const { registrationResponse } = readable(() =>
      opaque.server.createRegistrationResponse({
        serverSetup: this.#serverSetup,
        userIdentifier: username,
        registrationRequest,
      }),
    );
    return registrationResponse;
  }

  /** Refuses a record with which no login could begin. @throws Problem OPAQUE_MESSAGE_INVALID */
  checkRecord(registrationRecord: string): void {
    checkLength('registrationRecord', registrationRecord);
    const { startLoginRequest } = opaque.client.startLogin({ password: '' });
    this.beginLogin('', registrationRecord, startLoginRequest);
  }

  /** Answers without a record (nobody has that name) in the same form; no password fits that answer. */
  beginLogin(username: string, registrationRecord: string | undefined, startLoginRequest: string): LoginBegun {
    checkLength('startLoginRequest', startLoginRequest);
    return readable(() =>
      opaque.server.startLogin({
        serverSetup: this.#serverSetup,
        userIdentifier: username,
        registrationRecord: registrationRecord ?? null,
        startLoginRequest,
      }),
    );
  }

  /** True if the client has proved that it has the password. */
  finishLogin(serverLoginState: string, finishLoginRequest: string): boolean {
    if (!hasLength('finishLoginRequest', finishLoginRequest)) return false;
    try {
      opaque.server.finishLogin({ serverLoginState, finishLoginRequest });
      return true;
    } catch {
      return false;
    }
  }
}

/** Creates the secret on which all registrations depend. */
export async function createOpaqueSetup(): Promise<string> {
  await opaque.ready;
  return opaque.server.createSetup();
}

/** True if `createOpaqueSetup` could have made this secret. */
export async function isOpaqueSetup(text: string): Promise<boolean> {
  await opaque.ready;
  try {
    opaque.server.getPublicKey(text);
    return true;
  } catch {
    return false;
  }
}

function hasLength(name: keyof typeof messageBytes, message: string): boolean {
  return decodedLength(message) === messageBytes[name];
}

/** @throws Problem OPAQUE_MESSAGE_INVALID */
function checkLength(name: keyof typeof messageBytes, message: string): void {
  if (!hasLength(name, message)) throw new Problem('OPAQUE_MESSAGE_INVALID');
}

function readable<T>(answer: () => T): T {
  try {
    return answer();
  } catch (cause) {
    throw new Problem('OPAQUE_MESSAGE_INVALID', { cause });
  }
}
