// One request of a client, and what it may conclude from how it ended.

/** `unknown`: the request may have been carried out, or may still be. */
export type Reply =
  // biome-ignore lint/suspicious/noExplicitAny: each caller knows what its route answers
  { readonly is: 'ok'; readonly body: any } | { readonly is: 'failed' | 'unknown'; readonly why: string };

export interface Request {
  readonly path: string;
  readonly body: unknown;
  readonly token: string;
  readonly idempotencyKey?: string;
  /** After which the client gives up. */
  readonly patienceMs: number;
}

export async function request(url: string, { path, body, token, idempotencyKey, patienceMs }: Request): Promise<Reply> {
  try {
    const response = await fetch(`${url}/v1/${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${token}`,
        ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(patienceMs),
    });
    const answer = JSON.parse(await response.text());
    if (response.status === 200) return { is: 'ok', body: answer };
    // An error that the server did not foresee says nothing of how far it had come.
    return { is: answer.code === 'INTERNAL' ? 'unknown' : 'failed', why: String(answer.code) };
  } catch (error) {
    return broken(error as Error & { cause?: { code?: string } });
  }
}

function broken({ name, message, cause }: Error & { cause?: { code?: string } }): Reply {
  const why = cause?.code ?? (name === 'TimeoutError' ? name : message);
  return { is: why === 'ECONNREFUSED' ? 'failed' : 'unknown', why };
}
