// Imports a module so that its failure is reported once.
//
// Node 20 rejects two promises when an ES module imports a CommonJS module that cannot be parsed, and hands out only
// one of them: the other one would end the thread as an unhandled rejection. Checked on 20.20; not so on 24 and 26.

import process from 'node:process';

const rejectsTwice = Number(process.versions.node.split('.')[0]) < 22;

export async function importOnce(url: string): Promise<unknown> {
  if (!rejectsTwice) return import(url);
  const unhandled: unknown[] = [];
  const keep = (reason: unknown) => void unhandled.push(reason);
  process.on('unhandledRejection', keep);
  let failure: unknown = keep;
  try {
    return await import(url);
  } catch (error) {
    failure = error;
    // The other promise is reported once this turn is over.
    await new Promise((resolve) => setImmediate(resolve));
    throw error;
  } finally {
    process.off('unhandledRejection', keep);
    for (const reason of unhandled) if (reason !== failure) void Promise.reject(reason);
  }
}
