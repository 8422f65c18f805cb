// A client that we did not write talks to the server by its OpenAPI document: types by openapi-typescript, requests by
// openapi-fetch, a program that the compiler checks against the document of the running server.

import { execFile } from 'node:child_process';
import { copyFile, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import openapiTypescript, { astToString, type OpenAPI3 } from 'openapi-typescript';
import t from 'tap';
import { documentOf } from '../support/described.js';
import { smallServer } from '../support/small-server.js';
import { tempFolder } from '../support/temp-folder.js';

const run = promisify(execFile);
const program = fileURLToPath(new URL('../../fixtures/foreign-client/program.ts', import.meta.url));
const modules = fileURLToPath(new URL('../../node_modules', import.meta.url));
const require = createRequire(import.meta.url);
const compiler = require.resolve('typescript/bin/tsc');
const nodeTypes = join(require.resolve('@types/node/package.json'), '../..');
const options = '--strict --skipLibCheck --target es2023 --module nodenext --types node --typeRoots'.split(' ');

t.test('a program written from the document compiles, registers, sends and fetches', async (t) => {
  const { url } = await smallServer(t);
  const folder = await tempFolder(t, { 'package.json': '{ "type": "module" }' });
  await symlink(modules, join(folder, 'node_modules'));
  await copyFile(program, join(folder, 'program.ts'));
  const types = await openapiTypescript((await documentOf(url)) as unknown as OpenAPI3);
  await writeFile(join(folder, 'api.d.ts'), astToString(types));
  const compiled = await run(process.execPath, [compiler, ...options, nodeTypes, 'program.ts'], { cwd: folder }).catch(
    ({ stdout }: { stdout: string }) => ({ stdout }),
  );
  t.equal(compiled.stdout, '');
  const { stdout } = await run(process.execPath, ['program.js', url], { cwd: folder });
  t.strictSame(JSON.parse(stdout), { seq: '1', text: 'hello', code: 'INVALID_REQUEST' });
});
