import { type Agent, request } from "node:https";
import { HOST, type Nginx } from "./nginx.ts";

/** What was answered; status 0 where the connection broke. */
export type Reply = { readonly status: number; readonly body: string };

/** Posts JSON to nginx over HTTP/1.1, on the connections that an agent keeps open. */
export const post = (
  nginx: Nginx,
  agent: Agent,
  path: string,
  headers: Readonly<Record<string, string>>,
  content: object,
): Promise<Reply> =>
  new Promise((done) => {
    const body = JSON.stringify(content);
    const options = {
      agent,
      ca: nginx.ca,
      host: "127.0.0.1",
      port: nginx.tls,
      servername: HOST,
      method: "POST",
      path,
      headers: {
        ...headers,
        host: HOST,
        "content-type": "application/json",
        "content-length": Buffer.byteLength(body),
      },
    };
    request(options, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part) => {
        text += part;
      });
      answer.on("end", () => done({ status: answer.statusCode ?? 0, body: text }));
      answer.on("error", () => done({ status: 0, body: text }));
    })
      .on("error", ({ message }) => done({ status: 0, body: message }))
      .end(body);
  });
