/** `REDIS_URL`: the Redis server. */

import { parseServerUrl, urlOf, wellKnownPassword } from "./backends.ts";
import { plaintext } from "./plaintext.ts";
import { Secret } from "./secret.ts";
import { Fault, type Options, type Setting, withOptions } from "./setting.ts";

const LIKE = "rediss://user:password@redis.example.com:6379/0";
const DATABASE = /^(\/\d*)?$/;

export const redisUrl = (options: Options = {}): Setting<Secret> =>
  withOptions(
    {
      parse: (text) => {
        const url = parseServerUrl(text, { like: LIKE, schemes: ["redis:", "rediss:"] });
        // A query could set options of the client, such as skipping certificate verification.
        const isPlain = url.search === "" && url.hash === "" && DATABASE.test(url.pathname);
        if (url.hostname === "" || !isPlain) throw new Fault(`must look like ${LIKE}`);
        return new Secret(text);
      },
      unsafe: (value, given) => {
        const url = urlOf(value);
        return wellKnownPassword(url) ?? plaintext(url, url.protocol === "redis:", given);
      },
      isConfidential: true,
    },
    options,
  );
