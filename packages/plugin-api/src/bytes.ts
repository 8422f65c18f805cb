// Byte fields whose length is part of their type, so that a key and a channel id cannot be confused.

declare const length: unique symbol;

/** A `Uint8Array` of exactly `N` bytes. A plain `Uint8Array` is accepted; its length is checked before it crosses. */
export type Bytes<N extends number> = Uint8Array & { readonly [length]?: N };

/** An Ed25519 public key, 32 bytes. */
export type IdentityKey = Bytes<32>;

/** The id of a channel between two identities, 16 bytes. */
export type ChannelId = Bytes<16>;
