package dev.namewell.server.config;

import dev.namewell.server.config.value.ValueType;
import java.util.List;

/**
 * A declared key.
 *
 * @param fallback default as YAML; for a computed one an example
 * @param computed true: the default depends on the machine or on other keys
 * @param doc what it does, for people
 */
record Key(String name, Shape shape, String fallback, boolean computed, String doc) {

  /** What stands behind the key. */
  sealed interface Shape {
    /** One value. */
    record One(ValueType<?> type, boolean required) implements Shape {}

    /** A list of values, or a single one. */
    record Many(ValueType<?> type, boolean required) implements Shape {}

    /** More keys. */
    record Below(List<Key> keys) implements Shape {}

    /** More keys, or the word off. */
    record BelowOrOff(List<Key> keys) implements Shape {}

    /** A list of sections. */
    record Repeated(List<Key> keys) implements Shape {}

    /** A list of sections, or the name of a file. */
    record RepeatedOrFile(List<Key> keys) implements Shape {}
  }

  /** Text as a YAML scalar, in quotes where it needs them. */
  static String yaml(String text) {
    boolean plain = !text.isEmpty() && Character.isLetterOrDigit(text.charAt(0));
    for (int i = 0; plain && i < text.length(); i++) {
      char c = text.charAt(i);
      plain = c < 128 && (Character.isLetterOrDigit(c) || c == '.' || c == '-' || c == '_');
    }
    return plain ? text : "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
