/** A range service of breached passwords, as the tests run it. */

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";

export type Reply = (request: IncomingMessage, response: ServerResponse) => void;

/** What it is asked, and how it answers. */
export interface RangeService {
  readonly url: string;
  readonly requests: IncomingMessage[];
  reply: Reply;
}

export const startRangeService = async (t: TestContext): Promise<RangeService> => {
  const server = createServer((request, response) => {
    service.requests.push(request);
    service.reply(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const service: RangeService = {
    url: `http://127.0.0.1:${port}/range`,
    requests: [],
    reply: listing(),
  };
  return service;
};

/** Answers with a list of hashes: these lines, and some others. */
export const listing =
  (...lines: string[]): Reply =>
  (_request, response) => {
    const others = [1, 2, 3].map((number) => `${String(number).padStart(35, "0")}:${number}`);
    response.end([...others, ...lines].join("\r\n"));
  };
