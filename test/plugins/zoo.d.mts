// What tests use of zoo.mjs.

/** The path of a plugin: a misbehaving one, or one of good/. */
export function pathOf(plugin: string): string;

/** Lets the plugins in a folder import what the tests can import. */
export function linkModules(folder: string): void;

/** Puts a plugin into a plugin folder, in a folder of its own, under a name and with a manifest. */
export function putPlugin(folder: string, name: string, plugin: string, manifest?: object): void;
