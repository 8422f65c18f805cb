// Throws when it is imported.

throw new Error('in the import');
