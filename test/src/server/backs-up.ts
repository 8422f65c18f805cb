// A process that makes a backup, and says what is in the way of it.

import { backupDataFolder } from '@gatehouse/server';

await backupDataFolder(process.argv[2]!, process.argv[3]!).catch((error) => console.error(error.message));
