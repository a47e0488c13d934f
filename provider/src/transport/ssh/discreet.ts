/** What other programs say on their standard error, without what may be a secret in it. Pure. */

/** What a program is told a secret by, and the secret. */
const TOLD = [
  /(--?[\w-]*(?:pass|secret|token)[\w-]*(?:=|\s+))("[^"]*"|'[^']*'|\S+)/gi,
  /(\b\w*(?:pass|secret|token)\w*=)("[^"]*"|'[^']*'|\S+)/gi,
  /(\bsshpass\s+-p\s*)("[^"]*"|'[^']*'|\S+)/g,
  /(:\/\/)([^\s/@]+)(?=@)/g,
];

/** `commands` are lines that may hold a secret anywhere: a shell quotes one that it cannot read. */
export const discreet = (said: string, commands: readonly string[]): string =>
  TOLD.reduce(
    (text, told) => text.replace(told, "$1…"),
    commands.reduce((text, command) => text.replace(pattern(command), "…"), said),
  );

/** A line as it may have been said: its tokens stand for something. */
const pattern = (command: string): RegExp =>
  new RegExp(
    command
      .split(/(%.)/)
      .map((part) => (part === "%%" ? "%%?" : /^%./.test(part) ? "\\S*" : part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")))
      .join(""),
    "g",
  );
