// The validity of a certificate, and the condition of one that expires soon. It reads no clock: times are passed in.

import { X509Certificate } from 'node:crypto';
import type { FoundCondition } from '@gatehouse/host/admin';

/**
 * - `valid`: remains so for more than 30 days.
 * - `expires-soon`: expires within 30 days.
 * - `expired`, `not-yet-valid`: clients refuse it.
 */
export type CertificateState = 'valid' | 'expires-soon' | 'expired' | 'not-yet-valid';

/** The time in which all certificates of a chain are valid, in milliseconds since 1970. */
export interface CertificateValidity {
  readonly validFrom: number;
  readonly expiresAt: number;
}

const dayMs = 86_400_000;
const soonMs = 30 * dayMs;
const pem = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Reads all of a PEM file: clients refuse a chain once any certificate has expired. @throws when it has none */
export function validityOf(chain: Buffer): CertificateValidity {
  const certificates = chain.toString('latin1').match(pem) ?? [];
  if (certificates.length === 0) throw new Error('the file has no certificate in PEM');
  const all = certificates.map((text) => new X509Certificate(text));
  return {
    validFrom: Math.max(...all.map(({ validFrom }) => Date.parse(validFrom))),
    expiresAt: Math.min(...all.map(({ validTo }) => Date.parse(validTo))),
  };
}

export function stateOf({ validFrom, expiresAt }: CertificateValidity, now: number): CertificateState {
  if (now >= expiresAt) return 'expired';
  if (now < validFrom) return 'not-yet-valid';
  return now >= expiresAt - soonMs ? 'expires-soon' : 'valid';
}

/** Returns what needs an operator's attention, as a row of the table of conditions; undefined while nothing does. */
export function conditionOf(validity: CertificateValidity, now: number): FoundCondition | undefined {
  const { validFrom, expiresAt } = validity;
  const [from, end] = [validFrom, expiresAt].map(dayOf);
  switch (stateOf(validity, now)) {
    case 'valid':
      return undefined;
    case 'expires-soon': {
      const days = Math.floor((expiresAt - now) / dayMs);
      const reason = `the TLS certificate expires in ${days} days, on ${end}: renew it`;
      return { name: 'certificate-expiring', since: isoOf(expiresAt - soonMs), reason };
    }
    case 'expired': {
      const reason = `the TLS certificate expired on ${end}, and clients refuse it: renew it`;
      return { name: 'certificate-expired', since: isoOf(expiresAt), reason };
    }
    case 'not-yet-valid': {
      const reason = `the TLS certificate is valid from ${from} on only: check it and the clock`;
      return { name: 'certificate-not-yet-valid', since: isoOf(now), reason };
    }
  }
}

const isoOf = (time: number) => new Date(time).toISOString();

function dayOf(time: number): string {
  return isoOf(time).slice(0, 10);
}
