// The configuration that a plugin runs with: the operator's values over the defaults of its manifest.

import { GatehouseError, messageOf } from '../../contract/errors.js';
import { onlyItsKind } from './complaint.js';
import type { Manifest } from './manifest.js';
import { type Checked, checkOf, type JsonObject } from './schema-check.js';

/**
 * Returns the configuration of one plugin. A top-level key that the operator gives replaces the whole default.
 * Neither messages nor causes contain values, because a configuration may contain secrets.
 * @throws GatehouseError PLUGIN_CONFIG_INVALID naming every wrong key and what was expected there.
 */
export function configOf(plugin: string, { config }: Pick<Manifest, 'config'>, operators: unknown = {}): JsonObject {
  if (typeof operators !== 'object' || operators === null || Array.isArray(operators)) {
    throw invalid(plugin, [`config: expected an object, got ${onlyItsKind(operators)}`]);
  }
  const checked = check(plugin, config.schema, { ...config.defaults, ...operators });
  if (!checked.ok) throw invalid(plugin, checked.complaints);
  return checked.value;
}

function check(plugin: string, schema: JsonObject, value: JsonObject): Checked<JsonObject> {
  try {
    return checkOf(schema)(value, 'config', onlyItsKind);
  } catch (error) {
    throw invalid(plugin, [`its schema is not a usable JSON schema: ${messageOf(error)}`]);
  }
}

function invalid(plugin: string, complaints: readonly string[]): GatehouseError {
  return new GatehouseError('PLUGIN_CONFIG_INVALID', `plugin ${plugin}: ${complaints.join('; ')}`, { plugin });
}
