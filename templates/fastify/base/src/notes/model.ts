/** A note: the example of a resource that belongs to an account. */

/** `body` is undefined if no key decrypts it. */
export interface Note {
  readonly id: string;
  readonly ownerId: string;
  readonly title: string;
  readonly body: string | undefined;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
