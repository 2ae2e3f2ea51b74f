package dev.namewell.server.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was written, before it means anything: text, lists and sections, each with its origin. */
sealed interface Tree {
  Origin origin();

  /**
   * The place where something was written.
   *
   * @param source file as the operator named it, environment variable or command line option
   * @param line from 1; 0 where the source has no lines
   * @param column from 1
   */
  record Origin(String source, int line, int column) {
    static Origin of(String source) {
      return new Origin(source, 0, 0);
    }

    boolean isFile() {
      return line > 0;
    }

    @Override
    public String toString() {
      return isFile() ? source + ":" + line + ":" + column : source;
    }
  }

  /** One value as text. */
  record Scalar(Origin origin, String text) implements Tree {}

  /** A list. */
  record Items(Origin origin, List<Tree> items) implements Tree {}

  /** A key without a value, or YAML's null. */
  record Nothing(Origin origin) implements Tree {}

  /** A key's place and its value. */
  record Entry(Origin keyOrigin, Tree value) {}

  /** Keys with values, in the order written; mutable while overrides are laid over it. */
  record Section(Origin origin, Map<String, Entry> entries) implements Tree {
    static Section empty(String source) {
      return new Section(Origin.of(source), new LinkedHashMap<>());
    }
  }
}
