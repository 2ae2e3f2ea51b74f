package dev.namewell.core.settings;

/**
 * What is written to standard output.
 *
 * @param queries true: one line for each query
 */
public record LogSettings(Level level, Format format, boolean queries) {
  /** Least level that is written. */
  public enum Level {
    ERROR,
    WARN,
    INFO,
    DEBUG,
    TRACE
  }

  /** Shape of a line. */
  public enum Format {
    TEXT,
    JSON
  }
}
