// A logger of which only the usual methods are used: one of pino, or any that takes fields and a sentence.

export interface PlainLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
