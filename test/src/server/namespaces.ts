// Process namespaces, as containers have them, where they can be made.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Runs the command that follows in a process namespace of its own, and ends it with this process. */
export const inNamespace = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'] as const;

/** The options of a test that needs them. */
export const needsNamespaces = await promisify(execFile)('unshare', [...inNamespace.slice(1), 'true']).then(
  () => ({}),
  () => ({ skip: 'process namespaces cannot be made here' }),
);
