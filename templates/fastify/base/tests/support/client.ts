/** Who calls the service under test, as an HTTP client would. */

import type { FastifyInstance, LightMyRequestResponse } from "fastify";

type Method = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS";
export type Answer = LightMyRequestResponse;

export interface Options {
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** The body as it is sent, for what is neither. */
  readonly content?: string | Buffer;
}

/** Calls from an address. Its `headers` go with every request: a credential is kept there. */
export class Client {
  readonly app: FastifyInstance;
  readonly headers: Record<string, string> = {};
  readonly address: string;

  constructor(app: FastifyInstance, address = "192.0.2.1") {
    this.app = app;
    this.address = address;
  }

  async request(method: Method, url: string, options: Options = {}): Promise<Answer> {
    const { json, form, query, headers, content } = options;
    const body =
      json === undefined
        ? { payload: form === undefined ? content : new URLSearchParams(form).toString() }
        : { payload: JSON.stringify(json) };
    const type =
      json === undefined
        ? form && { "content-type": "application/x-www-form-urlencoded" }
        : { "content-type": "application/json" };
    return await this.app.inject({
      method,
      url,
      remoteAddress: this.address,
      headers: { ...type, ...this.headers, ...headers },
      ...(query === undefined ? {} : { query }),
      ...(body.payload === undefined ? {} : { payload: body.payload }),
    });
  }

  get(url: string, options?: Options): Promise<Answer> {
    return this.request("GET", url, options);
  }

  post(url: string, options?: Options): Promise<Answer> {
    return this.request("POST", url, options);
  }

  patch(url: string, options?: Options): Promise<Answer> {
    return this.request("PATCH", url, options);
  }

  delete(url: string, options?: Options): Promise<Answer> {
    return this.request("DELETE", url, options);
  }
}
