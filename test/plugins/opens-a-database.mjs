// Opens the database that its configuration names, or one in its data folder, where this Node has databases.

import { join } from 'node:path';
import { attempting } from './trigger.mjs';

export default attempting(({ config, dataFolder }) => {
  const sqlite = process.getBuiltinModule('node:sqlite');
  if (sqlite === undefined) return 'found no databases';
  const database = new sqlite.DatabaseSync(config.file ?? join(dataFolder, 'notes.sqlite'));
  database.exec('create table notes (text)');
  return 'opened a database';
});
