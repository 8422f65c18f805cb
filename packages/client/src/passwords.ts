// Passwords as they go into OPAQUE: prepared by RFC 8265, so that one typed in another normal form is the same.

import { PreparationError, preparePassword } from '@gatehouse/support/precis';
import { GatehouseError } from './errors.js';

/** Returns a new password as it is registered. @throws GatehouseError `PASSWORD_INVALID` */
export function newPassword(password: string): string {
  try {
    return preparePassword(password);
  } catch (error) {
    if (!(error instanceof PreparationError)) throw error;
    throw new GatehouseError('PASSWORD_INVALID', { detail: `the password cannot be used: ${error.message}` });
  }
}

/** Returns what to try at a login: prepared, and then as it is if that differs, because accounts of before have it so. */
export function triedPasswords(password: string): readonly [first: string, ofBefore?: string] {
  try {
    const prepared = preparePassword(password);
    return prepared === password ? [prepared] : [prepared, password];
  } catch (error) {
    if (error instanceof PreparationError) return [password];
    throw error;
  }
}
