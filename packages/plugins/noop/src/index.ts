// Implements every hook of the table, and does nothing: measures the cost of hosting, and is a template.

import { definePlugin, noopHooks } from '@gatehouse/plugin-api';

export default definePlugin(noopHooks);
