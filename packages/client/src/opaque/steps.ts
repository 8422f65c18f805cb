// The client's steps of OPAQUE (RFC 9807), as run in a thread. The second of each pair runs argon2.

import { client, ready } from '@serenity-kit/opaque';

export const steps = {
  ready: () => ready,
  startRegistration: (params: client.StartRegistrationParams) => client.startRegistration(params),
  finishRegistration: (params: client.FinishRegistrationParams) => client.finishRegistration(params),
  startLogin: (params: client.StartLoginParams) => client.startLogin(params),
  finishLogin: (params: client.FinishLoginParams) => client.finishLogin(params),
};

export type Steps = typeof steps;
