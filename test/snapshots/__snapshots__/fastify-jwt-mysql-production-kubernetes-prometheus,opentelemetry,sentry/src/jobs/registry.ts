/** The jobs that the service knows, by name. */

import {
  sendAccountDeleted,
  sendPasswordChanged,
  sendPasswordReset,
  sendRegistration,
} from "../auth/account-mails.ts";
import { sendRefreshReused } from "../auth/reuse-mail.ts";
import { observe } from "../telemetry/observe.ts";

export const JOBS = {
  sendAccountDeleted: observe(sendAccountDeleted),
  sendPasswordChanged: observe(sendPasswordChanged),
  sendPasswordReset: observe(sendPasswordReset),
  sendRefreshReused: observe(sendRefreshReused),
  sendRegistration: observe(sendRegistration),
};

export type JobName = keyof typeof JOBS;
