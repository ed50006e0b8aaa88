/** Deleting one's own account requires the permission; keys have no sign-in to be recent. */

import type { Access } from "./access.ts";

export const MAY_LEAVE: Access = "account:write";
