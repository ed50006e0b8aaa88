/** The mail about a reused refresh token. */

import type { Resources } from "../resources.ts";
import { sendToOwner } from "./account-mails.ts";

const REUSED = `Hello,

a session of your account with {app} has been ended: its refresh token was used twice, as happens
when someone has copied it. If you were signed out, sign in again; if you do not know why, change
your password and look at your other sessions.
`;

/** Tells the owner of an account that a session was ended, and why. */
export const sendRefreshReused = (resources: Resources, email: string): Promise<void> =>
  sendToOwner(resources, email, { subject: "A session has been ended", text: REUSED });
