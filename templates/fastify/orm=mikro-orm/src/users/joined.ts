/** Accounts in rows of queries that join them. */

import type { Role } from "../auth/permissions.ts";
import { flag, moment } from "../database/rows.ts";
import type { User } from "./model.ts";

/** The columns of an account, beside those of other tables. */
export const ACCOUNT_COLUMNS = [
  "users.id as account_id",
  "users.email as account_email",
  "users.full_name as account_full_name",
  "users.role as account_role",
  "users.is_active as account_is_active",
  "users.email_verified as account_email_verified",
  "users.created_at as account_created_at",
] as const;

interface AccountRow {
  readonly account_id: string;
  readonly account_email: string;
  readonly account_full_name: string;
  readonly account_role: string;
  readonly account_is_active: boolean;
  readonly account_email_verified: boolean;
  readonly account_created_at: Date;
}

/** Builds the account from a row with `ACCOUNT_COLUMNS`. */
export const accountIn = (row: AccountRow): User => ({
  id: row.account_id,
  email: row.account_email,
  fullName: row.account_full_name,
  role: row.account_role as Role,
  isActive: flag(row.account_is_active),
  emailVerified: flag(row.account_email_verified),
  createdAt: moment(row.account_created_at),
});
