const LF = 0x0a;
const CR = 0x0d;

/** Whether each line of a text ends as on Windows. */
export const isCrlf = (content: Uint8Array): boolean => {
  let lines = 0;
  for (let at = 0; at < content.length; at++) {
    if (content[at] === 0) return false;
    if (content[at] !== LF) continue;
    if (content[at - 1] !== CR) return false;
    lines += 1;
  }
  return lines > 0;
};

/** A text with the line ends of Windows; what has some already, or is no text, stays as it is. */
export const toCrlf = (content: Uint8Array): Uint8Array =>
  content.includes(CR) || content.includes(0)
    ? content
    : Buffer.from(Buffer.from(content).toString("latin1").replaceAll("\n", "\r\n"), "latin1");
