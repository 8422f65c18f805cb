// The host in an app of others: with the loggers that docs/guest.md names, and under Yarn's Plug'n'Play.

import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import t from 'tap';
import { packInto } from '../support/packed.js';
import { tempFolder } from '../support/temp-folder.js';

const run = promisify(execFile);

const plugin = `
  import { Continue, definePlugin } from '@gatehouse/plugin-api';
  export default definePlugin({
    start: ({ log }) => log.warn({ message: 'mine', level: 7 }, 'begins'),
    onMessageEnqueue: () => Continue,
  });
`;
const program = `
  import { createHost } from '@gatehouse/host';
  const loggerOf = {
    winston: ({ createLogger, transports }) => createLogger({ transports: [new transports.Console()] }),
    bunyan: ({ createLogger }) => createLogger({ name: 'app' }),
    none: () => false,
  };
  const name = process.argv[2];
  const logger = loggerOf[name](name === 'none' ? {} : (await import(name)).default);
  const host = await createHost({ plugins: ['./plugins'], enabled: ['greeter'], readyMs: 60_000, logger });
  await host.close();
`;

t.jobs = 2;
const tarballs = await packInto(await tempFolder(t));
const packed = Object.fromEntries(['host', 'plugin-api'].map((name) => [`@gatehouse/${name}`, fileOf(name)]));

function fileOf(name: string): string {
  return `file:${tarballs.get(`@gatehouse/${name}`)}`;
}

/** A project with the program, the plugin and these dependencies, which nothing has installed yet. */
async function project(dependencies: object, more: Readonly<Record<string, string>> = {}): Promise<string> {
  const at = await tempFolder(t);
  const resolutions = packed;
  const manifest = {
    name: 'app',
    private: true,
    type: 'module',
    resolutions,
    dependencies: { ...packed, ...dependencies },
  };
  const files = { 'package.json': JSON.stringify(manifest), 'app.mjs': program, ...more };
  await mkdir(join(at, 'plugins'));
  await writeFile(join(at, 'plugins', 'greeter.mjs'), plugin);
  for (const [name, text] of Object.entries(files)) await writeFile(join(at, name), text);
  return at;
}

t.test('winston and bunyan get every line, with its level and its fields', async (t) => {
  const cwd = await project({ winston: '3.19.0', bunyan: '2.0.5' });
  const flags = ['--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts', '--omit=optional'];
  await run('npm', ['install', ...flags], { cwd, timeout: 60_000 });
  const linesOf = async (logger: string) => {
    const { stdout } = await run(process.execPath, ['app.mjs', logger], { cwd, timeout: 60_000 });
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
  };
  const ready = { plugin: 'greeter', from: 'starting', to: 'ready' };
  const own = { plugin: 'greeter', fields: { message: 'mine', level: 7 } };
  t.match(findLike(await linesOf('winston'), 'message'), [
    { level: 'warn', message: 'begins', ...own },
    { level: 'info', message: 'greeter is ready', ...ready },
  ]);
  t.match(findLike(await linesOf('bunyan'), 'msg'), [
    { level: 40, msg: 'begins', ...own },
    { level: 30, msg: 'greeter is ready', ...ready },
  ]);
});

/**
 * Returns the lines that the test names, by the member that has their text, and in its order: those of a plugin and those
 * of the host have none.
 */
function findLike(lines: readonly object[], member: string): readonly object[] {
  const textOf = (line: object) => String((line as Record<string, unknown>)[member]);
  const named = lines.filter((line) => /^(begins|greeter is ready)$/.test(textOf(line)));
  return named.sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
}

t.test("under Yarn's Plug'n'Play the start is refused, and says which linker runs it", async (t) => {
  const cwd = await project({}, { '.yarnrc.yml': 'nodeLinker: pnp\nenableTelemetry: false\n', 'yarn.lock': '' });
  const yarn = (...args: readonly string[]) =>
    run('npx', ['--yes', '--package', '@yarnpkg/cli-dist@4.18.1', 'yarn', ...args], { cwd, timeout: 60_000 });
  // An empty lock file marks the project, and CI would keep it empty.
  await yarn('install', '--no-immutable');
  await t.rejects(yarn('node', 'app.mjs', 'none'), {
    message: /Plug'n'Play.*`nodeLinker: node-modules`.*SUPERVISOR_LOST/s,
  });
});
