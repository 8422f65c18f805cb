// The server's side of OPAQUE (RFC 9807): what it answers to each message of a client. It knows no store and no HTTP.

import * as opaque from '@serenity-kit/opaque';
import { decodedLength } from '../wire/bytes.js';
import { Problem } from '../wire/problems.js';

/** What each message of a client has, in bytes. Of one that has more, the library would take no notice of the rest. */
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

  /** `serverSetup` is what `createOpaqueSetup` made once; with another one nobody who registered can log in. */
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

  /** Refuses a record that no login could be begun with. @throws Problem OPAQUE_MESSAGE_INVALID */
  checkRecord(registrationRecord: string): void {
    checkLength('registrationRecord', registrationRecord);
    const { startLoginRequest } = opaque.client.startLogin({ password: '' });
    this.beginLogin('', registrationRecord, startLoginRequest);
  }

  /** Without a record (nobody has that name) the answer looks the same, and no password fits it. */
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

  /** Whether the client has shown that it knows the password. */
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

/** The secret on which all registrations rest. */
export async function createOpaqueSetup(): Promise<string> {
  await opaque.ready;
  return opaque.server.createSetup();
}

/** Whether this is a secret that `createOpaqueSetup` could have made. */
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
