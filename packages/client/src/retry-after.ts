// The time after which a retry makes sense, as a server or a proxy sent it. Whatever has another form is ignored.

/** A date of HTTP begins with the name of its day (RFC 9110, 5.6.7); `Date.parse` alone would also read "-5" as one. */
const date = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/;

/** Returns the seconds of a header Retry-After. Our server sends seconds; a proxy may send a date. */
export function retryAfterIn(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d+$/.test(header)) return Number(header);
  const seconds = date.test(header) ? (Date.parse(header) - nowMs) / 1000 : Number.NaN;
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}

/** Returns the seconds of a problem document's `retryAfter`. */
export function secondsIn(member: unknown): number | undefined {
  return typeof member === 'number' && member >= 0 ? member : undefined;
}
