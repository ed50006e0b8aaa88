import { expect } from "vitest";

export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed JSON, or the text when it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: expectations say what it has to be.
  readonly body: any;
};

/** Sends a request; a body that is no form is sent as JSON. */
export type Client = (method: string, path: string, body?: object) => Promise<Answer>;

/** Makes a client of a service that sends headers with each request. */
export const clientOf =
  (url: string, headers: Readonly<Record<string, string>> = {}): Client =>
  async (method, path, body) => {
    const isForm = body instanceof URLSearchParams;
    const response = await fetch(url + path, {
      method,
      headers: {
        ...headers,
        ...(body === undefined || isForm ? {} : { "content-type": "application/json" }),
      },
      body: body === undefined ? null : isForm ? body : JSON.stringify(body),
      redirect: "manual",
    });
    const text = await response.text();
    const isJson = text !== "" && /[/+]json\b/.test(response.headers.get("content-type") ?? "");
    return {
      status: response.status,
      headers: response.headers,
      body: isJson ? JSON.parse(text) : text,
    };
  };

/** Expects a status and gives the body. */
export const expectStatus = (answer: Answer, status: number): Answer["body"] => {
  expect(answer.status, JSON.stringify(answer.body)).toBe(status);
  return answer.body;
};
