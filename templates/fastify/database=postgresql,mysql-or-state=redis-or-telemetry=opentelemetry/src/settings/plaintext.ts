/** Connections that could cross a network unencrypted. */

import { isLoopback } from "./network.ts";
import type { Given } from "./setting.ts";

/**
 * Production requires TLS to other machines, unless the settings say that the network encrypts.
 *
 * `isPlain` tells whether connections could cross the network unencrypted.
 */
export const plaintext = (url: URL, isPlain: boolean, given: Given): string | undefined =>
  // Without a host, it is a Unix socket.
  isPlain &&
  url.hostname !== "" &&
  !isLoopback(url.hostname) &&
  given["allowPlaintextBackends"] !== true
    ? "is on another machine and allows connections without TLS; " +
      "set ALLOW_PLAINTEXT_BACKENDS=true if the network, or a sidecar, encrypts it"
    : undefined;
