// Implements every hook of the table, and does nothing: what hosting costs, and a place to start from.

import { definePlugin, noopHooks } from '@gatehouse/plugin-api';

export default definePlugin(noopHooks);
