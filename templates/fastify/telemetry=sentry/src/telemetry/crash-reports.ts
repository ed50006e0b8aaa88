/**
 * Reports crashes to Sentry: where the code failed, without data of the request.
 *
 * Messages of exceptions and the request itself may contain passwords, tokens and personal data. The
 * log has the redacted trace, under the same request id.
 */

import type { Resources } from "../resources.ts";
import type { Observer } from "./requests.ts";

/** Reports an error under the name of what failed. */
export type Report = (error: Error, transaction: string, tags?: Tags) => void;
export type Tags = Readonly<Record<string, string>>;

let current: Report | undefined;

/** Reports an error, if anybody wants to know. */
export const report: Report = (error, transaction, tags) => current?.(error, transaction, tags);

/** Reports to SENTRY_DSN, if it is set, until the stack is disposed of. */
export const reportCrashes = async (
  { settings }: Resources,
  stack: AsyncDisposableStack,
): Promise<void> => {
  if (settings.sentryDsn.reveal() === "") return;
  // Without a DSN, the library is not even loaded.
  const { openReports } = await import("./crash-event.ts");
  current = openReports(settings, stack);
  stack.defer(() => {
    current = undefined;
  });
};

/** Reports the unexpected error of a request. */
export const reportCrash: Observer =
  ({ requestContext }) =>
  ({ error, route }) => {
    if (error !== undefined) report(error, route ?? "unmatched", { request_id: requestContext.id });
  };
