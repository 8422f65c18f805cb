// The packages that are published, each with its files in the checkout and its package.json as the registry gets it.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inRoot } from '../setup/root.mjs';

const read = (folder) => JSON.parse(readFileSync(inRoot(folder, 'package.json'), 'utf8'));

/** The place of the sources: stated once, in the package.json of the checkout. */
const { repository, version, license, engines } = read('.');

/** The folders of the packages that are compiled as they are. */
const compiled = ['packages/plugin-api', 'packages/host', 'packages/client', 'packages/server'];

/** The plugins that belong to the server. They are published together, in one package. */
export const pluginFolders = ['login-auditor', 'noop', 'payload-limiter', 'tracing'].map((name) =>
  join('packages/plugins', name),
);

/** What every package.json says. */
function common(folder) {
  return { version, license, type: 'module', engines, repository: { ...repository, directory: folder } };
}

/** Returns every package: its folder in the checkout, its package.json, and its README if that stands elsewhere. */
export function published() {
  return [...compiled.map((folder) => ({ folder, manifest: manifestOf(folder) })), plugins(), command()];
}

function manifestOf(folder) {
  const { name, description, files, bin, exports, imports, dependencies = {}, ...more } = read(folder);
  const { peerDependencies = {}, peerDependenciesMeta, optionalDependencies } = more;
  const all = { name, ...common(folder), description, files, bin, exports: publicOnly(exports), imports };
  const needed = { dependencies: numbered(dependencies), optionalDependencies };
  const peers = { peerDependencies: numbered(peerDependencies), peerDependenciesMeta };
  return { ...all, ...needed, ...peers, ...(name === '@gatehouse/server' && ofServer(dependencies)) };
}

/**
 * Returns how the dependencies of the server differ from those in the checkout. It finds its plugins as a package, and has
 * fastify in it, see vendored.mjs; who compiles against its types may have fastify's as well.
 */
function ofServer({ fastify, ...others }) {
  return {
    dependencies: numbered({ ...others, '@gatehouse/plugins': 'workspace:*' }),
    peerDependencies: { fastify },
    peerDependenciesMeta: { fastify: { optional: true } },
  };
}

function plugins() {
  const folder = 'packages/plugins';
  const name = '@gatehouse/plugins';
  const description = 'The plugins that belong to the Gatehouse messaging server.';
  // Apart from README and LICENSE, which are no plugins.
  const files = ['plugins'];
  const dependencies = numbered({ '@gatehouse/plugin-api': 'workspace:*' });
  const exports = { './package.json': './package.json' };
  const manifest = { name, ...common(folder), description, files, exports, dependencies };
  return { folder, readme: 'scripts/pack/plugins.md', manifest };
}

/** Returns the package whose name is the command, so that `npx gatehouse` starts a server anywhere. */
function command() {
  const folder = 'packages/server';
  const description = 'The command gatehouse: a messaging server that is guarded by plugins.';
  const bin = { gatehouse: 'gatehouse.js' };
  const dependencies = numbered({ '@gatehouse/server': 'workspace:*' });
  const manifest = { name: 'gatehouse', ...common(folder), description, files: Object.values(bin), bin, dependencies };
  return { folder, manifest: { ...manifest, exports: { './package.json': './package.json' } } };
}

/** Returns the exports without those that only this checkout sees. */
function publicOnly(exports) {
  const open = Object.entries(exports).filter(([, one]) => one['gatehouse-internal'] === undefined);
  return { ...Object.fromEntries(open), './package.json': './package.json' };
}

/** Names versions in place of the workspace. What is private is part of the package that needs it. */
export function numbered(dependencies) {
  const shown = Object.entries(dependencies).filter(([name]) => name !== '@gatehouse/support');
  return Object.fromEntries(shown.map(([name, range]) => [name, range.startsWith('workspace:') ? version : range]));
}
