/** Columns, in the types of every database. */

import { type Platform, p, Type, UuidType } from "@mikro-orm/core";

/** A database that keeps ids as text compares them exactly, so their case is always the lower one. */
class LowerCaseId extends UuidType {
  override convertToDatabaseValue(value: string | null | undefined, platform: Platform) {
    return super.convertToDatabaseValue(value?.toLowerCase(), platform);
  }
}

class Bytes extends Type<Buffer, Uint8Array> {
  override convertToJSValue(value: Uint8Array): Buffer {
    return Buffer.from(value);
  }

  override getColumnType(_property: unknown, platform: Platform): string {
    return platform.getBlobDeclarationSQL();
  }
}

/** A UUID. */
export const id = () => p.type(LowerCaseId);

/** The primary key of a table. */
export const key = () => id().primary();

/** Text of up to `length` characters. */
export const text = (length: number) => p.string().length(length);

/** A time, in UTC, as exact as a `Date`: a cursor of finer times would lose rows. */
export const moment = () => p.datetime().length(3);

/** Up to 64 KiB. */
export const bytes = () => p.type(Bytes);
