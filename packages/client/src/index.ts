// Everything that a client program of a Gatehouse server imports.

export { Channel, type FetchOptions, type Page, type SendOptions, type SendResult } from './channel.js';
export { type ConnectOptions, connect } from './connect.js';
export { type ErrorCode, GatehouseError, isGatehouseError, type ProblemDocument, type ServerCode } from './errors.js';
export { type Account, Gatehouse, type LoginOptions, type RegisterOptions, type SealedMessage } from './gatehouse.js';
export { createIdentity, type Identity, identityFrom, type KeyPairIdentity } from './identity.js';
export type { Message, Outgoing } from './message.js';
export type { KeyStretching } from './opaque/exchange.js';
export type { ReceiveOptions } from './receive.js';
export type { CallOptions } from './requests.js';
export type { RetryPolicy } from './retry-policy.js';
export { Session, type SessionDetails } from './session.js';
