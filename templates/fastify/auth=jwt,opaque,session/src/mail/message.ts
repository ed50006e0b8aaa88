/** A mail before it is sent. */

/** Plain text to one address. */
export interface Message {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}
