// The methods of each path of a server, for answers to a method that a path does not have.

interface Route {
  readonly matches: RegExp;
  readonly methods: Set<string>;
}

export class RouteMethods {
  readonly #routes = new Map<string, Route>();

  /** `pattern`: a path as fastify has it, in which `:name` is any segment and `*` is any rest. */
  add(pattern: string, methods: string | readonly string[]): void {
    const route = this.#routes.get(pattern) ?? { matches: expressionOf(pattern), methods: new Set<string>() };
    this.#routes.set(pattern, route);
    for (const method of [methods].flat()) route.methods.add(method);
  }

  /** Returns the value of a header Allow; undefined: there is no such path under any method. */
  allowOf(url: string): string | undefined {
    const path = url.split(/[?#]/, 1)[0]!;
    const methods = [...this.#routes.values()].flatMap((route) => (route.matches.test(path) ? [...route.methods] : []));
    return methods.length === 0 ? undefined : [...new Set([...methods, 'OPTIONS'])].join(', ');
  }
}

function expressionOf(pattern: string): RegExp {
  const segments = pattern.split('/').map((segment) => {
    if (segment.startsWith(':')) return '[^/]+';
    return segment === '*' ? '.*' : segment.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&');
  });
  return new RegExp(`^${segments.join('/')}$`);
}
