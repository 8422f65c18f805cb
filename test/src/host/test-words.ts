// The words about a plugin that fails, for operators and authors, in the log and in its status: in either tier.

import { transform } from 'esbuild';
import t, { type Test } from 'tap';
import { linkModules } from '../../plugins/zoo.mjs';
import { message } from '../support/events.js';
import { type Opened, openHostAt } from '../support/open-host.js';
import { type Files, tempFolder } from '../support/temp-folder.js';

type Sources = Readonly<Record<string, string>>;

/** A folder of plugins, each of these files. They let pass what they give no verdict on, so that all are asked. */
async function folderOf(t: Test, plugins: Readonly<Record<string, Sources>>): Promise<string> {
  const files: [string, string | object][] = [];
  for (const [name, sources] of Object.entries(plugins)) {
    const gatehouse = { apiVersion: 1, deadlineMs: 10_000, onFault: 'continue' };
    files.push([`${name}/package.json`, { name, type: 'module', main: 'index.js', gatehouse }]);
    for (const [path, text] of Object.entries(sources)) files.push([`${name}/${path}`, text]);
  }
  const folder = await tempFolder(t, Object.fromEntries(files) as Files);
  linkModules(folder);
  return folder;
}

export async function opened(t: Test, plugins: Readonly<Record<string, Sources>>, tier: string): Promise<Opened> {
  const folder = await folderOf(t, plugins);
  const enabled = Object.keys(plugins);
  const isolation = Object.fromEntries(enabled.map((name) => [name, tier])) as never;
  return openHostAt(t, folder, { enabled, isolation });
}

const passing = `export default { onMessageEnqueue: () => ({ action: 'continue' }) };`;

/** Plugins that cannot be loaded, with what their status has to say. */
const unloadable: Readonly<Record<string, readonly [Sources, RegExp]>> = {
  'syntax-in-an-import': [
    {
      'index.js': `import './lib/one.js';\n${passing}`,
      'lib/one.js': 'import "./two.js";',
      'lib/two.js': '\nexport const a = { b( { 1 } };',
    },
    /SyntaxError: Unexpected number \(\S*syntax-in-an-import\/lib\/two\.js:2\)/,
  ],
  'syntax-in-commonjs': [
    { 'index.js': `import './lib.cjs';\n${passing}`, 'lib.cjs': '\n\nmodule.exports = { a( { 1 } };' },
    /SyntaxError: Unexpected number \(\S*syntax-in-commonjs\/lib\.cjs:3\)/,
  ],
  'missing-export': [
    { 'index.js': `import {\n  nope,\n} from './lib.js';\n${passing}`, 'lib.js': 'export const a = 1;' },
    /'\.\/lib\.js' does not provide an export named 'nope' \(\S*missing-export\/index\.js:2\)/,
  ],
  'json-that-is-none': [
    { 'index.js': `import './x.json' with { type: 'json' };\n${passing}`, 'x.json': '{ "a": 1,, }' },
    /SyntaxError: \S*json-that-is-none\/x\.json: Expected/,
  ],
  'a-class': [
    { 'index.js': 'export default class { onAuth() {} }' },
    /its default export .* and is a class: export an object of it/,
  ],
  'an-old-class': [
    { 'index.js': 'function Guard() {}\nGuard.prototype.onAuth = () => {};\nexport default Guard;' },
    /its default export .* and is a class: export an object of it/,
  ],
  'reads-in-start': [
    {
      'index.js': `import fs from 'node:fs';\nexport default {\n  start() {\n    fs.readFileSync('/etc/hostname');\n  },\n  onAuth() {},\n};`,
    },
    /reads-in-start may not read \/etc\/hostname: .*\(at \S* ?\(?\S*reads-in-start\/index\.js:4:\d+\)/,
  ],
};

const boom = `interface Event { readonly payloadLen: number }

export function boom({ payloadLen }: Event): never {
  throw new RangeError(\`boom \${payloadLen}\`);
}
`;

async function failing(): Promise<Readonly<Record<string, Sources>>> {
  const { code, map } = await transform(boom, {
    loader: 'ts',
    sourcemap: true,
    sourcefile: '../src/boom.ts',
    minify: true,
  });
  return {
    'a-mapped-plugin': {
      'index.js': `import { boom } from './dist/boom.js';\nexport default { onMessageEnqueue: (event) => boom(event) };`,
      'dist/boom.js': `${code}//# sourceMappingURL=boom.js.map\n`,
      'dist/boom.js.map': map,
      'src/boom.ts': boom,
    },
    'b-library': {
      'index.js': `import { parse } from 'lib';\nexport default {\n  onMessageEnqueue: (event) => parse(event),\n};`,
      'node_modules/lib/package.json': '{ "name": "lib", "type": "module", "main": "index.js" }',
      'node_modules/lib/index.js': `export function parse() {\n  throw new TypeError('in the library');\n}`,
    },
    'c-reads-in-gate': {
      'index.js': `import { readFileSync } from 'node:fs';\nexport default {\n  onMessageEnqueue: () => readFileSync('/etc/hostname'),\n};`,
    },
  };
}

/** Declares the tests of what is read of plugins that fail in this tier. */
export function testWords(tier: 'hardened-thread' | 'process'): void {
  t.test(`${tier}: a plugin that cannot be loaded is told with the file and the line to mend`, async (t) => {
    const sources = Object.fromEntries(Object.entries(unloadable).map(([name, [files]]) => [name, files]));
    const { is } = await opened(t, sources, tier);
    for (const [name, [, reason]] of Object.entries(unloadable)) t.match(await is(name, 'failed'), { reason }, name);
  });

  t.test(`${tier}: what a handler throws is told with its own line, and its whole stack is in the log`, async (t) => {
    const { host, log } = await opened(t, await failing(), tier);
    const admittedWithout = ['a-mapped-plugin', 'b-library', 'c-reads-in-gate'];
    t.match(host.onMessageEnqueue(message(7)), { action: 'continue', admittedWithout });
    const [mapped, library, reads] = await log.until(/gave no verdict: threw/, 3);
    t.match(mapped, { detail: /^RangeError: boom 7 \(at boom \(.*a-mapped-plugin\/src\/boom\.ts:4:9\)\)$/ });
    t.match(library, { detail: /^TypeError: in the library \(at .*b-library\/index\.js:3:\d+\)\)?$/ });
    t.match(reads, { detail: /c-reads-in-gate may not read \/etc\/hostname.*c-reads-in-gate\/index\.js:3:\d+\)\)?$/ });
    const stacks = await log.until('onMessageEnqueue threw', 3);
    const stackOf = (plugin: string) => stacks.find((line) => line.plugin === plugin)?.fields?.['stack'];
    t.match(stackOf('a-mapped-plugin'), /^RangeError: boom 7\n.* at .*src\/boom\.ts:4:9\)?\n.* at .*index\.js:2/);
    t.match(stackOf('b-library'), /at parse \(.*lib\/index\.js:2:9\)\n.*at .*b-library\/index\.js:3/);
    t.match(
      stackOf('c-reads-in-gate'),
      /^Error: c-reads-in-gate may not read \/etc\/hostname.*\n[\s\S]*c-reads-in-gate\/index\.js:3/,
    );
  });

  t.test(`${tier}: an unhandled rejection is called one, with what was rejected and its stack`, async (t) => {
    const rejecting = (what: string) => ({
      'index.js': `export default {\n  onAuth() {\n    Promise.reject(${what});\n  },\n};`,
    });
    const plugins = {
      error: rejecting("new TypeError('lost')"),
      text: rejecting("'a text'"),
      nothing: rejecting(''),
      deep: {
        'index.js': `const deep = (n) => {\n  if (n === 0) throw new Error('deep ' + 'x'.repeat(20_000));\n  deep(n - 1);\n};\nexport default { onAuth: () => void setImmediate(() => deep(5)) };`,
      },
    };
    const { host, log, is } = await opened(t, plugins, tier);
    host.onAuth({ username: 'ada', success: true, failureReason: '' });
    const reasons = {
      error: /unhandled rejection: TypeError: lost \(at .*error\/index\.js:3:\d+\)/,
      text: /unhandled rejection: a promise was rejected with "a text", which is no error/,
      nothing: /unhandled rejection: a promise was rejected with "undefined", which is no error/,
      deep: /^(?!.*unhandled).*deep x/,
    };
    for (const [name, reason] of Object.entries(reasons)) {
      const crashed = await log.until(new RegExp(`^${name} is restarting`));
      t.match(crashed[0], { reason }, name);
      await is(name, 'ready');
    }
    const [logged] = log.all.filter(({ plugin, msg }) => plugin === 'error' && msg === 'it threw');
    t.match(logged?.fields, { stack: /unhandled rejection: TypeError: lost\n? +at [\s\S]*error\/index\.js:3/ });
  });
}
