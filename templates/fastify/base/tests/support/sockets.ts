/** The service behind a real socket, for what a call in memory cannot show. */

import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import type { App } from "../../src/routing.ts";

/** Lets an application listen; returns its port. */
export const listen = async (app: App): Promise<number> => {
  await app.listen({ host: "127.0.0.1", port: 0 });
  return (app.server.address() as AddressInfo).port;
};

/** Returns a port that nobody listens on. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
};

/** A connection, and all that came back on it. */
export interface Line {
  readonly socket: Socket;
  readonly received: () => string;
  /** Waits until something that matches has come back. */
  readonly until: (pattern: RegExp) => Promise<string>;
  /** Waits until the other side has closed the connection; returns all that came back. */
  readonly closed: () => Promise<string>;
}

/** Opens a connection. */
export const open = async (port: number): Promise<Line> => {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  const pieces: Buffer[] = [];
  socket.on("data", (piece: Buffer) => pieces.push(piece));
  // Whoever is refused may be reset while it sends.
  socket.on("error", () => {});
  const received = (): string => Buffer.concat(pieces).toString("latin1");
  return {
    socket,
    received,
    until: async (pattern) => {
      const ended = once(socket, "close").then(() => {
        throw new Error(`the connection was closed after ${JSON.stringify(received())}`);
      });
      ended.catch(() => {});
      while (!pattern.test(received())) await Promise.race([once(socket, "data"), ended]);
      return received();
    },
    closed: async () => {
      if (!socket.closed) await new Promise((resolve) => socket.once("close", resolve));
      return received();
    },
  };
};

/** Sends bytes, and returns all that comes back until the other side closes the connection. */
export const exchange = async (port: number, ...bytes: (string | Buffer)[]): Promise<string> => {
  const line = await open(port);
  for (const piece of bytes) line.socket.write(piece);
  return line.closed();
};

/** Returns the status of an answer. */
export const statusOf = (answer: string): number => Number(answer.slice(9, 12));
